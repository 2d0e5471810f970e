// A component of the data doctor: it shows the examination.
import { FvElement } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { examination } from "./examination.js";

export class DoctorElement extends FvElement {
  get sources() { return [examination]; }

  /** The name of a class as it is now. @param {number} i */
  classOf(i) { return examination.subject?.classes[i] ?? examination.report?.classes[i] ?? ""; }

  /** What a picture is to who does not see it. @param {string} id */
  pictureName(id) {
    const { subject } = examination;
    return t("doctor.picture", { class: this.classOf(subject?.label(id) ?? -1), name: subject?.name(id) ?? "" });
  }
}
