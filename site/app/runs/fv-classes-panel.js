// How well each class is recognised, the worst first.
import { define, find, make, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { lab } from "../train/lab.js";
import { examination } from "./examination.js";
import { Panel } from "./panel.js";

const most = 100;

class FvClassesPanel extends Panel {
  #shown = /** @type {unknown} */ (null);

  get sources() { return [lab, examination]; }

  build() {
    this.innerHTML = `
      <p class="hint" data-testid="classes-note"></p>
      <p><button type="button" class="small" data-testid="examine" data-i18n="runs.examine"></button></p>
      <ul class="class-bars" data-testid="class-bars"></ul>`;
    find(this, "examine", HTMLButtonElement).addEventListener("click", () => {
      examination.run().catch((error) => this.fail(error));
    });
  }

  show() {
    const { latest, busy } = examination;
    const button = find(this, "examine", HTMLButtonElement);
    button.hidden = !!latest || lab.state.phase === "running" || lab.state.phase === "starting";
    button.disabled = busy;
    const missing = busy ? "runs.examining" : lab.state.phase === "running" ? "runs.classes.wait" : "runs.classes.none";
    setText(find(this, "classes-note", HTMLElement),
      latest ? t("runs.classes.note", { count: latest.count, accuracy: percent(latest.accuracy) }) : t(missing));
    if (this.#shown === latest && this.dataset.language === language.code) return;
    this.#shown = latest;
    this.dataset.language = language.code;
    const counted = [...latest?.perClass ?? []].filter(({ count }) => count > 0);
    const classes = counted.sort((a, b) => a.accuracy - b.accuracy).slice(0, most);
    find(this, "class-bars", HTMLElement).replaceChildren(...classes.map(bar));
  }
}

/** @param {{ label: string, count: number, accuracy: number }} one */
function bar({ label, count, accuracy }) {
  const fill = make("i");
  fill.style.setProperty("--share", String(accuracy));
  const meter = make("span", "meter", fill);
  meter.setAttribute("aria-hidden", "true");
  const name = make("bdi", "class-name", label);
  name.title = label;
  const counts = make("span", "hint", t("runs.classes.of", { right: number(Math.round(accuracy * count)), count }));
  const row = make("li", "", name, meter, make("b", "", percent(accuracy)), counts);
  row.dataset.value = String(accuracy);
  return row;
}

define("fv-classes-panel", FvClassesPanel);
