// Which classes are taken for each other.
import { define, find, make, setText } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { DoctorElement } from "./element.js";
import { examination } from "./examination.js";

class FvConfused extends DoctorElement {
  build() {
    this.innerHTML = `<p data-testid="confused-note"></p><ol class="bars" data-testid="confused"></ol>`;
  }

  update() {
    const { report } = examination;
    if (!report || examination.progress) return;
    const most = Math.max(1, ...report.confused.map(({ ab, ba }) => ab + ba));
    const note = report.confused.length ? "doctor.confused.lead" : "doctor.confused.none";
    setText(find(this, "confused-note", HTMLElement), t(note));
    find(this, "confused", HTMLElement).replaceChildren(...report.confused.map(({ a, b, ab, ba }) => {
      const [first, second] = [this.classOf(a), this.classOf(b)];
      const bar = make("span", "meter");
      for (const [count, className] of /** @type {[number, string][]} */ ([[ab, "ab"], [ba, "ba"]])) {
        const part = make("i", className);
        part.style.setProperty("inline-size", `${(100 * count) / most}%`);
        bar.append(part);
      }
      const pair = (/** @type {string} */ from, /** @type {string} */ to, /** @type {number} */ count) => (
        t("doctor.confused.pair", { from, to, count }));
      const said = `${pair(first, second, ab)} · ${pair(second, first, ba)}`;
      return make("li", "", make("b", "name", t("doctor.confused.names", { first, second })), bar, make("span", "hint", said));
    }));
  }
}

define("fv-confused", FvConfused);
