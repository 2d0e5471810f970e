// Many pictures as a grid of which only what is in view exists, so that it scrolls as smoothly with 5,000 as with 50. A list box:
// arrow keys walk, Enter or a click fires "pick" with the item.
import { FvElement, define, make, setText } from "../shell/dom.js";
import { percent, t } from "../shell/i18n.js";
import { many } from "./many.js";
import { thumbnail, want } from "./thumbnails.js";

/** @import { Item } from "./many.js" */

/** Pixels that a cell is wide at least and that its text takes below the picture, columns there are at least, and rows above and
 * below what is in view that exist, too. */
const [leastWidth, textHeight, leastColumns, spareRows] = [128, 32, 3, 2];

class FvGrid extends FvElement {
  /** @type {Item[]} */
  #items = [];
  #active = 0;
  /** Cells by the index that they show. @type {Map<number, HTMLElement>} */
  #cells = new Map();
  #sheet = make("div", "sheet");
  #frame = 0;

  get sources() { return [many]; }

  build() {
    this.tabIndex = 0;
    this.setAttribute("role", "listbox");
    this.dataset.i18nLabel = "index.many.grid";
    this.#sheet.setAttribute("role", "presentation");
    this.append(this.#sheet);
    this.addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.#soon()).observe(this);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => {
      const cell = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (cell instanceof HTMLElement) this.#pick(Number(cell.dataset.index));
    });
  }

  get #columns() { return Math.max(leastColumns, Math.floor(this.clientWidth / leastWidth)); }
  get #cellWidth() { return Math.floor(this.clientWidth / this.#columns); }
  get #cellHeight() { return this.#cellWidth + textHeight; }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const columns = this.#columns;
    const page = Math.max(1, Math.floor(this.clientHeight / this.#cellHeight)) * columns;
    /** @type {Record<string, number>} */
    const steps = {
      ArrowLeft: -1, ArrowRight: -1, [forward]: 1, ArrowUp: -columns, ArrowDown: columns,
      PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity,
    };
    const step = steps[event.key];
    if (step !== undefined) this.#go(Math.min(this.#items.length - 1, Math.max(0, this.#active + step)));
    else if (event.key === "Enter" || event.key === " ") this.#pick(this.#active);
    else return;
    event.preventDefault();
  }

  /** @param {number} index */
  #go(index) {
    this.#active = index;
    const top = Math.floor(index / this.#columns) * this.#cellHeight;
    const lowest = top + this.#cellHeight - this.clientHeight;
    this.scrollTo({ top: Math.max(lowest, Math.min(top, /** @type {HTMLElement} */ (this).scrollTop)) });
    this.#paint();
  }

  /** @param {number} index */
  #pick(index) {
    const item = this.#items[index];
    if (!item) return;
    this.#go(index);
    this.dispatchEvent(new CustomEvent("pick", { bubbles: true, detail: item }));
  }

  update() {
    this.#items = many.shown;
    this.#active = Math.max(0, Math.min(this.#active, this.#items.length - 1));
    this.#soon();
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint() {
    if (!this.clientWidth) return;
    const columns = this.#columns;
    const height = this.#cellHeight;
    const rows = Math.ceil(this.#items.length / columns);
    const sizes = { rows, columns, "cell-width": `${this.#cellWidth}px`, "cell-height": `${height}px` };
    for (const [name, value] of Object.entries(sizes)) this.#sheet.style.setProperty(`--${name}`, String(value));
    const from = Math.max(0, Math.floor(this.scrollTop / height) - spareRows) * columns;
    const to = Math.min(this.#items.length, (Math.ceil((this.scrollTop + this.clientHeight) / height) + spareRows) * columns);
    /** @type {HTMLElement[]} What went out of view and is used again for what came into it. */
    const spare = [];
    for (const [index, cell] of this.#cells) {
      if (index >= from && index < to) continue;
      spare.push(cell);
      this.#cells.delete(index);
    }
    for (let index = from; index < to; index++) this.#show(index, columns, spare);
    for (const cell of spare) cell.remove();
    const active = this.#cells.get(this.#active);
    if (active) this.setAttribute("aria-activedescendant", active.id);
    else this.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index @param {number} columns @param {HTMLElement[]} spare */
  #show(index, columns, spare) {
    const item = /** @type {Item} */ (this.#items[index]);
    const cell = this.#cells.get(index) ?? this.#cell(index, spare.pop());
    cell.style.setProperty("--row", String(Math.floor(index / columns)));
    cell.style.setProperty("--column", String(index % columns));
    cell.setAttribute("aria-selected", String(index === this.#active));
    cell.setAttribute("aria-setsize", String(this.#items.length));
    const [canvas, title, share] = /** @type {HTMLElement[]} */ ([...cell.children]);
    const [best] = item.predictions;
    const name = best ? many.className(best) : "";
    if (title?.firstElementChild) setText(title.firstElementChild, best ? name : t("index.many.waiting"));
    if (share) setText(share, best ? percent(best.probability, 0) : "");
    cell.classList.toggle("waiting", !best);
    cell.title = item.name;
    const said = best && t("index.many.cell", { name: item.name, label: name, share: percent(best.probability, 0) });
    cell.setAttribute("aria-label", said ?? item.name);
    if (cell.dataset.file === item.name && cell.dataset.painted) return;
    cell.dataset.file = item.name;
    delete cell.dataset.painted;
    const bitmap = thumbnail(item.file);
    if (bitmap === undefined) want(item.file, () => this.#soon());
    else cell.dataset.painted = "true";
    paintCell(/** @type {HTMLCanvasElement} */ (canvas), bitmap ?? null);
  }

  /** @param {number} index @param {HTMLElement} [used] a cell that another picture needs no more */
  #cell(index, used) {
    const cell = used ?? make("div", "cell", make("canvas"), make("span", "class", make("bdi")), make("span", "share"));
    delete cell.dataset.file;
    cell.setAttribute("role", "option");
    cell.setAttribute("aria-posinset", String(index + 1));
    cell.id = `picture-${index}`;
    cell.dataset.index = String(index);
    cell.dataset.testid = `many-${index + 1}`;
    this.#cells.set(index, cell);
    if (!used) this.#sheet.append(cell);
    return cell;
  }
}

/** The middle square of a picture. @param {HTMLCanvasElement} canvas @param {ImageBitmap | null} bitmap */
function paintCell(canvas, bitmap) {
  const side = bitmap ? Math.min(bitmap.width, bitmap.height) : 1;
  canvas.width = canvas.height = side;
  canvas.classList.toggle("pixels", side <= 64);
  const [left, top] = [((bitmap?.width ?? 0) - side) / 2, ((bitmap?.height ?? 0) - side) / 2];
  if (bitmap) canvas.getContext("2d")?.drawImage(bitmap, left, top, side, side, 0, 0, side, side);
}

define("fv-grid", FvGrid);
