// How many pictures each class has, and whether that is lopsided.
import { define, find, make, setText } from "../shell/dom.js";
import { number, percent, short, t } from "../shell/i18n.js";
import { DoctorElement } from "./element.js";
import { examination } from "./examination.js";

/** Largest class over smallest from which on nets begin to neglect the smaller ones. */
const lopsided = 3;
/** Pictures below which a class is hardly learned. */
const few = 10;

class FvBalance extends DoctorElement {
  build() {
    this.innerHTML = `<p data-testid="balance-note"></p><ol class="bars" data-testid="balance"></ol>`;
  }

  update() {
    const { subject } = examination;
    if (!subject || examination.progress) return;
    const { counts, classes } = subject;
    const [most, least, sum] = [Math.max(...counts, 1), Math.min(...counts), counts.reduce((a, b) => a + b, 0)];
    const smallest = classes[counts.indexOf(least)] ?? "";
    const largest = classes[counts.indexOf(most)] ?? "";
    const factor = most / least;
    const uneven = t("doctor.balance.lopsided", { largest, smallest, factor: short(factor) });
    const balance = factor < lopsided ? t("doctor.balance.even") : uneven;
    const note = least < few ? t("doctor.balance.few", { class: smallest, count: least }) : balance;
    setText(find(this, "balance-note", HTMLElement), note);
    find(this, "balance", HTMLElement).replaceChildren(...classes.map((name, i) => {
      const count = counts[i] ?? 0;
      const part = make("i", count < few || most / count >= lopsided ? "low" : "");
      part.style.setProperty("inline-size", `${(100 * count) / most}%`);
      const title = make("b", "name", /^\d$/.test(name) ? number(Number(name)) : name);
      const share = `${number(count)} · ${percent(count / Math.max(1, sum), 0)}`;
      return make("li", "", title, make("span", "meter", part), make("span", "hint", share));
    }));
  }
}

define("fv-balance", FvBalance);
