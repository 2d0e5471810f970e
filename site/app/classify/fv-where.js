// Where in the picture the network sees a class: asked for by a button, then the class and how strongly it is painted over the
// picture.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, make, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { desk } from "./desk.js";
import { className, coded } from "../parts/net-names.js";
import { nets } from "../parts/nets.js";

/** The picture's shorter side, in windows of the network: the more, the smaller the things that it looks for. */
const scales = [1.5, 2, 3, 5, 8];

class FvWhere extends FvElement {
  #busy = false;
  #again = false;
  #listed = "";
  /** @type {unknown} */
  #subject = null;

  get sources() { return [desk]; }

  build() {
    this.innerHTML = `
      <p><button class="small" type="button" aria-pressed="false" data-testid="where" data-i18n="index.where"></button>
        <span class="hint" role="status" data-testid="where-note"></span></p>
      <div class="settings" hidden>
        <label>
          <span class="label" data-i18n="index.where-class"></span>
          <select data-testid="where-class"></select>
        </label>
        <label>
          <span class="label" data-i18n="index.where-opacity"></span>
          <input type="range" min="0" max="1" step="0.05" data-testid="where-opacity">
        </label>
        <label>
          <span class="label" data-i18n="index.where-scale"></span>
          <input type="range" min="0" max="${scales.length - 1}" step="1" value="1" data-testid="where-scale">
        </label>
        <p class="hint" data-testid="where-best"></p>
      </div>`;
    find(this, "where", HTMLButtonElement).addEventListener("click", () => {
      if (desk.state.where) desk.hideWhere();
      else void this.#look();
    });
    const on = (/** @type {string} */ name, /** @type {(value: number) => void} */ act) => {
      const field = /** @type {HTMLInputElement} */ (this.querySelector(`[data-testid="${name}"]`));
      field.addEventListener("input", () => act(Number(field.value)));
    };
    on("where-class", (index) => desk.showWhere({ index }));
    on("where-opacity", (opacity) => desk.showWhere({ opacity }));
    on("where-scale", () => void this.#look());
  }

  /** Looks now, or again as soon as it has. */
  async #look() {
    this.#again = this.#busy;
    if (this.#busy) return;
    this.#busy = true;
    showProblem(this, "where", null);
    this.update();
    const { subject } = desk.state;
    try {
      const scale = scales[Number(find(this, "where-scale", HTMLInputElement).value)] ?? 2;
      const [height = 32] = nets.state.current?.net.summary.input ?? [];
      await desk.lookWhere(Math.round(scale * height));
    } catch (error) {
      if (desk.state.subject === subject) showProblem(this, "where", coded(error, "where"));
    }
    this.#busy = false;
    this.update();
    if (this.#again) void this.#look();
  }

  update() {
    const { mode, result, where, by, subject } = desk.state;
    if (subject !== this.#subject) {
      this.#subject = subject;
      showProblem(this, "where", null);
    }
    this.hidden = mode !== "picture" || !result;
    const button = find(this, "where", HTMLButtonElement);
    button.setAttribute("aria-pressed", String(Boolean(where)));
    setText(find(this, "where-note", HTMLElement), this.#busy ? t("index.where-looking") : "");
    /** @type {HTMLElement} */ (this.querySelector(".settings")).hidden = !where;
    if (!where) return;
    const classes = nets.state.current?.net.classes ?? [];
    const select = find(this, "where-class", HTMLSelectElement);
    const key = JSON.stringify([language.code, by, classes]);
    if (key !== this.#listed) {
      this.#listed = key;
      select.replaceChildren(...classes.map((label, i) => {
        const option = make("option", "", className(label, by));
        option.value = String(i);
        return option;
      }));
    }
    select.value = String(where.index);
    find(this, "where-opacity", HTMLInputElement).value = String(where.opacity);
    const { shape: [rows = 1, columns = 1, count = 1], data } = where.map;
    let most = 0;
    for (let i = where.index; i < data.length; i += count) most = Math.max(most, data[i] ?? 0);
    const said = t("index.where-best", { count: number(rows * columns), share: percent(most, 0) });
    setText(find(this, "where-best", HTMLElement), said);
  }
}

define("fv-where", FvWhere);
