// Which classes are taken for which, and the pictures behind each number.
import { drawSample } from "../data/draw.js";
import { define, find, make, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { lab } from "../train/lab.js";
import { examination } from "./examination.js";
import { Panel } from "./panel.js";
import { pairs, total } from "./verdicts.js";

/** @import { Dataset } from "../../../js/fovea.d.ts" */
/** @import { Answer } from "./examination.js" */

/** With more classes a table is a carpet; then the most frequent pairs are named alone. */
const mostClasses = 24;
const mostPairs = 12;
const mostPictures = 24;

class FvConfusionPanel extends Panel {
  #shown = /** @type {unknown} */ (null);
  #open = "";

  get sources() { return [lab, examination]; }

  build() {
    this.innerHTML = `
      <p class="hint" data-testid="confusion-note"></p>
      <div class="confusion">
        <div class="confusion-scroll" dir="ltr"><div class="matrix" role="grid" data-testid="confusion"
          data-i18n-label="runs.confusion.label"></div></div>
        <div class="confused">
          <h3 data-i18n="runs.confusion.pairs"></h3>
          <ul class="pairs" data-testid="confusion-pairs"></ul>
          <section class="opened" data-testid="confused" aria-live="polite" hidden></section>
        </div>
      </div>`;
    find(this, "confusion", HTMLElement).addEventListener("keydown", (event) => this.#move(event));
  }

  show() {
    const { latest } = examination;
    setText(find(this, "confusion-note", HTMLElement),
      t(latest ? "runs.confusion.note" : examination.busy ? "runs.examining" : "runs.confusion.none"));
    if (this.#shown === latest && this.dataset.language === language.code) return;
    this.#shown = latest;
    this.dataset.language = language.code;
    const matrix = latest?.confusion ?? [];
    /** @type {HTMLElement} */ (this.querySelector(".confusion")).hidden = matrix.length === 0;
    find(this, "confused", HTMLElement).hidden = true;
    this.#grid(matrix);
    const found = pairs(matrix, mostPairs);
    const rows = found.map(({ label, predicted, count }) => make("li", "", this.#pair(label, predicted, count)));
    find(this, "confusion-pairs", HTMLElement).replaceChildren(...rows);
    if (matrix.length > 0 && found.length === 0) {
      find(this, "confusion-pairs", HTMLElement).append(make("li", "hint", t("runs.confusion.nothing")));
    }
  }

  /** @param {number} i */
  #name(i) {
    return examination.latest?.perClass[i]?.label ?? String(i);
  }

  /** @param {number[][]} matrix */
  #grid(matrix) {
    const grid = find(this, "confusion", HTMLElement);
    grid.hidden = matrix.length > mostClasses;
    grid.replaceChildren();
    if (grid.hidden || matrix.length === 0) return;
    grid.style.setProperty("--classes", String(matrix.length));
    const head = make("div", "", this.#head("", "corner"), ...matrix.map((_, i) => this.#head(this.#name(i), "column")));
    head.setAttribute("role", "row");
    grid.append(head, ...matrix.map((row, label) => {
      const cells = row.map((count, predicted) => this.#cell(label, predicted, count, count / Math.max(1, total(row))));
      const line = make("div", "", this.#head(this.#name(label), "row"), ...cells);
      line.setAttribute("role", "row");
      return line;
    }));
    grid.querySelector("button")?.setAttribute("tabindex", "0");
  }

  /** @param {string} text @param {"row" | "column" | "corner"} kind */
  #head(text, kind) {
    const head = make("span", `head ${kind}`, make("bdi", "", text || "\u00a0"));
    head.setAttribute("role", kind === "row" ? "rowheader" : "columnheader");
    head.title = text;
    if (kind === "corner") head.setAttribute("aria-label", t("runs.confusion.corner"));
    return head;
  }

  /** @param {number} label @param {number} predicted @param {number} count @param {number} share */
  #cell(label, predicted, count, share) {
    const notation = count > 9999 ? "compact" : "standard";
    const text = count ? number(count, { notation, useGrouping: false }) : "";
    const button = make("button", label === predicted ? "right" : "wrong", text);
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.cell = `${label} ${predicted}`;
    const strength = label === predicted ? share : Math.min(1, 4 * share); // a quarter wrong is already a lot
    button.style.setProperty("--share", String(strength));
    button.classList.toggle("strong", label === predicted ? share > 0.55 : share > 0.14);
    const values = { count, label: this.#name(label), predicted: this.#name(predicted), share: percent(share) };
    button.setAttribute("aria-label", t("runs.confusion.cell", values));
    button.addEventListener("click", () => this.#show(label, predicted));
    const cell = make("span", "cell", button);
    cell.setAttribute("role", "gridcell");
    return cell;
  }

  /** @param {number} label @param {number} predicted @param {number} count */
  #pair(label, predicted, count) {
    const names = make("span", "", make("bdi", "", this.#name(label)), " → ", make("bdi", "", this.#name(predicted)));
    names.dir = "ltr"; // as the arrow goes
    const button = make("button", "plain small", names, make("b", "", number(count)));
    button.type = "button";
    const values = { count, label: this.#name(label), predicted: this.#name(predicted) };
    button.setAttribute("aria-label", t("runs.confusion.pair", values));
    button.addEventListener("click", () => this.#show(label, predicted));
    return button;
  }

  /** Arrow keys go from cell to cell; the grid is one stop of the Tab key. @param {KeyboardEvent} event */
  #move(event) {
    const [label = 0, predicted = 0] = /** @type {HTMLElement} */ (event.target).dataset.cell?.split(" ").map(Number) ?? [];
    const size = examination.latest?.confusion.length ?? 0;
    const to = {
      ArrowUp: [label - 1, predicted], ArrowDown: [label + 1, predicted],
      ArrowLeft: [label, predicted - 1], ArrowRight: [label, predicted + 1],
      Home: [label, 0], End: [label, size - 1],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = /** @type {HTMLElement | null} */ (this.querySelector(`[data-cell="${to.join(" ")}"]`));
    if (!next) return;
    for (const cell of this.querySelectorAll('[data-cell][tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    next.tabIndex = 0;
    next.focus();
  }

  /** The pictures of one class that were taken for another, the surest first. @param {number} label @param {number} predicted */
  async #show(label, predicted) {
    const box = find(this, "confused", HTMLElement);
    const key = (this.#open = `${label} ${predicted}`);
    for (const cell of this.querySelectorAll("[data-cell]")) {
      cell.classList.toggle("chosen", /** @type {HTMLElement} */ (cell).dataset.cell === key);
    }
    const values = { label: this.#name(label), predicted: this.#name(predicted) };
    const title = make("h3", "", t(label === predicted ? "runs.confused.right" : "runs.confused.title", values));
    const note = make("p", "hint", t("runs.confused.asking"));
    box.hidden = false;
    box.replaceChildren(title, note);
    try {
      const answers = (await examination.answers()).filter((one) => one.label === label && one.predicted === predicted);
      answers.sort((a, b) => (label === predicted ? a.probability - b.probability : b.probability - a.probability));
      const set = await examination.set();
      const figures = await Promise.all(answers.slice(0, mostPictures).map((answer) => this.#picture(set, answer)));
      if (this.#open !== key) return; // another cell was opened meanwhile
      const order = label === predicted ? "runs.confused.least" : "runs.confused.most";
      note.textContent = t(answers.length === 0 ? "runs.confused.none" : order, { shown: figures.length, count: answers.length });
      box.append(make("ul", "pictures", ...figures));
    } catch (error) {
      box.hidden = true;
      this.fail(error);
    }
  }

  /** @param {Dataset} set @param {Answer} answer */
  async #picture(set, { index, predicted, probability }) {
    const { pixels, shape } = await set.sample(index);
    const said = t("runs.confused.said", { label: this.#name(predicted), share: percent(probability, 0) });
    const item = make("li");
    if ((shape[0] ?? 1) > 1) {
      const canvas = make("canvas");
      drawSample(canvas, pixels, shape);
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", t("runs.confused.picture", { index: index + 1 }));
      item.append(canvas);
    } else {
      item.append(make("span", "values", Array.from(pixels.slice(0, 4), (v) => number(v)).join(" ")));
    }
    item.append(make("span", "hint", said));
    item.dataset.index = String(index);
    return item;
  }
}

define("fv-confusion-panel", FvConfusionPanel);
