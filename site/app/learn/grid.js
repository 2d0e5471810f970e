// A grid of numbers that is read and changed by pointer and by keyboard.
import { make } from "../shell/dom.js";
import { worded } from "./controls.js";

/** How a place looks: `shade` from 0 to 1; `marks` are class names.
 * @typedef {{ text: string, shade?: number, marks?: string }} Cell */

/**
 * @typedef {object} GridEvents
 * @property {(row: number, column: number) => void} [point] The pointer or the focus has come to a place.
 * @property {(row: number, column: number, first: boolean) => void} [paint] A place is pressed, or drawn over (not `first`).
 * @property {(row: number, column: number, key: string) => boolean} [key] A key was pressed there; true: it is dealt with.
 */

/** @type {Record<string, [number, number]>} */
const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Grid {
  element = make("div", "numbers");
  rows = 0;
  columns = 0;
  /** Where the Tab key comes to, see tabTo. */
  place = { row: 0, column: 0 };
  /** @type {HTMLElement[]} */
  #cells = [];
  /** What each shows, which is quicker to compare than to read from the page. @type {(Required<Cell> | undefined)[]} */
  #shown = [];
  #painting = false;
  #events;

  /** @param {string} testid @param {GridEvents} [events] */
  constructor(testid, events = {}) {
    this.#events = events;
    this.element.setAttribute("role", "grid");
    this.element.dataset.testid = testid;
    this.element.toggleAttribute("data-editable", !!events.paint);
    this.element.addEventListener("pointerdown", (event) => this.#down(event));
    this.element.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) this.element.addEventListener(name, () => { this.#painting = false; });
    this.element.addEventListener("focusin", (event) => this.#at(event.target, (row, column) => {
      this.tabTo(row, column);
      this.#events.point?.(row, column);
    }));
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string} label */
  set label(label) { this.element.setAttribute("aria-label", label); }

  /**
   * Shows as many cells as there are to show.
   * @param {number} rows
   * @param {number} columns
   * @param {(row: number, column: number) => Cell} cell
   */
  show(rows, columns, cell) {
    if (rows !== this.rows || columns !== this.columns) this.#build(rows, columns);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const { text, shade = 0, marks = "" } = cell(r, c);
        const place = r * columns + c;
        const element = /** @type {HTMLElement} */ (this.#cells[place]);
        const before = this.#shown[place];
        if (text !== before?.text) element.textContent = text;
        if (marks !== before?.marks) element.className = `cell ${marks}`;
        if (shade !== before?.shade) element.style.setProperty("--shade", shade.toFixed(3));
        this.#shown[place] = { text, shade, marks };
      }
    }
  }

  /** Puts the focus on a place. @param {number} row @param {number} column */
  focus(row, column) {
    this.tabTo(row, column);
    this.#cells[row * this.columns + column]?.focus();
  }

  /** @param {number} rows @param {number} columns */
  #build(rows, columns) {
    Object.assign(this, { rows, columns });
    this.element.style.setProperty("--columns", String(columns));
    [this.#cells, this.#shown] = [[], []];
    this.element.replaceChildren(...Array.from({ length: rows }, () => {
      const row = make("div");
      row.setAttribute("role", "row");
      for (let c = 0; c < columns; c++) {
        const cell = make("div", "cell");
        cell.setAttribute("role", "gridcell");
        cell.tabIndex = -1;
        this.#cells.push(cell);
        row.append(cell);
      }
      return row;
    }));
    this.tabTo(Math.min(this.place.row, rows - 1), Math.min(this.place.column, columns - 1));
  }

  /** Has the Tab key come to a place. @param {number} row @param {number} column */
  tabTo(row, column) {
    const now = this.#cells[this.place.row * this.columns + this.place.column];
    if (now) now.tabIndex = -1;
    this.place = { row: Math.max(0, row), column: Math.max(0, column) };
    const next = this.#cells[this.place.row * this.columns + this.place.column];
    if (next && (this.#events.point || this.#events.paint)) next.tabIndex = 0;
  }

  /** @param {EventTarget | null} target @param {(row: number, column: number) => void} then */
  #at(target, then) {
    const index = target instanceof HTMLElement ? this.#cells.indexOf(target) : -1;
    if (index >= 0) then(Math.floor(index / this.columns), index % this.columns);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#at(event.target, (row, column) => {
      this.#events.point?.(row, column);
      if (!this.#events.paint || event.button !== 0) return;
      this.#painting = true;
      this.#events.paint(row, column, true);
    });
  }

  /** @param {PointerEvent} event */
  #move(event) {
    // A finger that draws keeps sending its events to the cell that it first touched.
    const under = event.pointerType === "mouse" ? event.target : document.elementFromPoint(event.clientX, event.clientY);
    this.#at(under, (row, column) => {
      if (row === this.#last.row && column === this.#last.column && !event.buttons) return;
      this.#last = { row, column };
      if (this.#painting && event.buttons) this.#events.paint?.(row, column, false);
      else if (event.pointerType === "mouse") this.#events.point?.(row, column);
    });
  }
  #last = { row: -1, column: -1 };

  /** @param {KeyboardEvent} event */
  #key(event) {
    this.#at(event.target, (row, column) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const ends = /** @type {typeof moves} */ ({ Home: [0, -column], End: [0, this.columns - 1 - column] });
      const move = moves[event.key] ?? ends[event.key];
      if (move) {
        const [r, c] = [row + move[0], column + move[1]];
        if (r >= 0 && c >= 0 && r < this.rows && c < this.columns) this.focus(r, c);
        event.preventDefault();
      } else if (this.#events.key?.(row, column, event.key)) event.preventDefault();
    });
  }
}

/** Something with its title and, behind that, a note. @param {HTMLElement} content @param {string} titleKey */
export function figure(content, titleKey) {
  const note = make("span");
  return { box: make("figure", "grid", make("figcaption", "", worded("b", titleKey), note), content), note };
}
