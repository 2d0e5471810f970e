// Pictures that a user chooses, drops or pastes.
import { make } from "./dom.js";

/** The place on the page that was used last gets what is pasted while nothing is focused. @type {PictureInput | null} */
let current = null;
/** @type {Set<PictureInput>} */
const open = new Set();

/** @param {ClipboardEvent} event */
function paste(event) {
  const files = pictureFiles(event.clipboardData);
  if (files.length === 0) return;
  const path = event.composedPath();
  const focused = [...open].find(({ zone }) => path.includes(zone));
  const nothing = path[0] === document.body || path[0] === document.documentElement;
  const target = focused ?? (nothing ? current ?? [...open].find(({ zone }) => zone.checkVisibility()) : undefined);
  if (!target) return;
  event.preventDefault();
  target.take(files);
}

/** @param {DataTransfer | null} transfer */
function pictureFiles(transfer) {
  return [...(transfer?.files ?? [])].filter(({ type }) => type === "" || type.startsWith("image/"));
}

/** Makes an element a place for pictures: `choose()` opens the browser's dialogue, and what comes in any way goes to `take`. */
export class PictureInput {
  zone;
  take;
  #file;

  /** @param {HTMLElement} zone @param {(files: File[]) => void} take @param {{ multiple?: boolean }} [options] */
  constructor(zone, take, { multiple = false } = {}) {
    this.zone = zone;
    this.take = take;
    this.#file = make("input", { type: "file", accept: "image/*", multiple, hidden: true, change: () => {
      const files = [...(this.#file.files ?? [])];
      this.#file.value = ""; // so that the same file can be chosen again
      if (files.length > 0) take(files);
    } });
    zone.append(this.#file);
    const over = (/** @type {boolean} */ is) => (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      zone.toggleAttribute("data-over", is);
    };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => {
      over(false)(event);
      event.stopPropagation();
      const all = [...(event.dataTransfer?.files ?? [])];
      const files = multiple ? pictureFiles(event.dataTransfer) : all.slice(0, 1);
      if (files.length > 0) take(files);
    });
    for (const name of ["focusin", "pointerdown"]) zone.addEventListener(name, () => { current = this; });
  }

  choose() { this.#file.click(); }

  /** Listens for what is pasted. Opening twice is harmless. */
  open() {
    if (open.size === 0) document.addEventListener("paste", paste);
    open.add(this);
  }

  close() {
    open.delete(this);
    if (current === this) current = null;
    if (open.size === 0) document.removeEventListener("paste", paste);
  }
}
