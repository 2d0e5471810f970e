// Starts the examination, shows how far it is, and can be cancelled.
import { showProblem } from "../shell/alert.js";
import { define, find, setText } from "../shell/dom.js";
import { clock, duration, percent, t } from "../shell/i18n.js";
import { DoctorElement } from "./element.js";
import { stages } from "./checkup.js";
import { examination } from "./examination.js";
import { CollectionSubject } from "./subjects.js";

/** @import { Report } from "./checkup.js" */

class FvCheckup extends DoctorElement {
  #frame = 0;
  /** @type {unknown} */
  #shownError = null;

  build() {
    this.innerHTML = `
      <div class="actions">
        <button class="primary" type="button" data-testid="examine"></button>
        <button type="button" data-testid="examine-cancel" data-i18n="doctor.cancel"></button>
        <p class="hint" role="status" data-testid="examine-note"></p>
      </div>
      <p class="hint by" data-testid="examine-by"></p>
      <ol class="stages" data-testid="stages" hidden>
        ${stages.map((stage) => `<li data-stage="${stage}"><span data-i18n="doctor.stage.${stage}"></span>
          <progress max="1" data-i18n-label="doctor.stage.${stage}"></progress></li>`).join("")}
      </ol>`;
    find(this, "examine", HTMLButtonElement).addEventListener("click", () => void examination.run());
    find(this, "examine-cancel", HTMLButtonElement).addEventListener("click", () => examination.cancel());
  }

  update() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  }

  #show() {
    const { subject, report, progress, interrupted, error } = examination;
    const start = find(this, "examine", HTMLButtonElement);
    const cancel = find(this, "examine-cancel", HTMLButtonElement);
    const collection = subject instanceof CollectionSubject ? subject : null;
    const enough = !!subject && (!collection || subject.counts.filter((count) => count > 1).length > 1);
    start.hidden = !!progress;
    start.disabled = !enough;
    cancel.hidden = !progress;
    setText(start, t(interrupted ? "doctor.resume" : report ? "doctor.again" : "doctor.examine"));
    start.classList.toggle("primary", !report || interrupted > 0);
    setText(find(this, "examine-note", HTMLElement), this.#note(enough));
    const by = find(this, "examine-by", HTMLElement);
    by.hidden = !report || !!progress;
    if (report) setText(by, this.#by(report));
    this.dataset.phase = progress ? "running" : report ? "done" : "ready";
    const list = find(this, "stages", HTMLElement);
    list.hidden = !progress;
    const at = progress ? stages.indexOf(progress.stage) : -1;
    for (const [i, item] of [...list.children].entries()) {
      const bar = item.querySelector("progress");
      /** @type {HTMLElement} */ (item).hidden = stages[i] === "see" && subject?.by !== "features";
      /** @type {HTMLElement} */ (item).dataset.state = i < at ? "done" : i === at ? "now" : "later";
      if (!bar) continue;
      bar.hidden = i > at;
      if (i < at) bar.value = 1;
      else if (progress?.total) bar.value = progress.done / progress.total;
      else bar.removeAttribute("value");
    }
    if (error !== this.#shownError) {
      this.#shownError = error;
      showProblem(this, "doctor", error);
    }
  }

  /** @param {boolean} enough */
  #note(enough) {
    const { subject, report, progress, interrupted } = examination;
    const counts = progress && progress.total > 1 && ["load", "look", "see"].includes(progress.stage);
    if (progress) return counts ? t("doctor.progress", { done: progress.done, total: progress.total }) : t("doctor.running");
    if (!subject) return t("doctor.none");
    if (!enough) return t("doctor.too-few");
    if (interrupted) return t("doctor.interrupted", { count: interrupted });
    if (!report && !subject.changes) return t(subject.by === "features" ? "doctor.ready-photographs" : "doctor.ready-published");
    if (!report) return t("doctor.ready", { count: subject.counts.reduce((sum, n) => sum + n, 0) });
    const took = { time: duration(report.seconds), clock: clock(report.at) };
    return t("doctor.report", { count: report.count, ...took, accuracy: percent(report.accuracy, 0) });
  }

  /** By what labels were judged and pictures compared. @param {Report} report */
  #by({ by, unreachable, printed }) {
    const features = examination.subject?.changes ? "features" : "features-published";
    const judged = unreachable ? "unreachable" : by === "features" ? features : "pixels";
    return `${t(`doctor.by.${judged}`)} ${t(printed ? "doctor.by.compared-features" : "doctor.by.compared-pixels")}`;
  }
}

define("fv-checkup", FvCheckup);
