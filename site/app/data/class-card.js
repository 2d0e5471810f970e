// One class of a collection: its name, its pictures, and the ways to add some.
import { make, setText } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { Camera } from "./camera.js";
import { chosen, dropped } from "./files.js";
import { holdable } from "./hold.js";
import { Thumbs } from "./thumbs.js";

/**
 * @import { Collection } from "./collection.js"
 * @import { Found } from "../parts/entries.js"
 */

/**
 * What a card asks of the collector.
 * @typedef {object} Events
 * @property {(found: Promise<Found[]> | Found[], className: string) => void} add
 * @property {(act: () => Promise<unknown>) => void} attempt does what may go wrong
 * @property {(done: Done) => void} undoable something was done
 * @property {(card: ClassCard) => void} used it is where pasted pictures go
 */

/**
 * What was done, as a message, and what takes it back.
 * @typedef {{ message: string, values: Record<string, string | number>, undo: () => Promise<void> }} Done
 */

/** Milliseconds from one picture to the next while the button is held. */
const burstEvery = 125;

/** @param {string} className @param {() => void} act */
function button(className, act) {
  const element = make("button", className);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

export class ClassCard {
  index = 0;
  element = make("li", "class-card");
  #collection;
  #events;
  #camera = new Camera();
  /** Ends taking pictures. */
  #release;
  #opening = false;
  #name = make("input");
  #count = make("span", "count");
  #input = make("input", "visually-hidden");
  #stage = make("div", "stage");
  #selection = make("div", "selection");
  #selectionText = make("span", "hint");
  #move = make("select");
  #files = button("small", () => this.#input.click());
  #film = button("small", () => this.#toggleCamera());
  #hold = button("primary small", () => {});
  #take = button("small", () => this.#removeSelected());
  #remove = button("plain small remove-class", () => this.#removeClass());
  #empty = make("p", "hint");
  #thumbs;

  /** @param {Collection} collection @param {Events} events */
  constructor(collection, events) {
    this.#collection = collection;
    this.#events = events;
    this.#thumbs = new Thumbs(collection, {
      remove: (keys) => this.#removePictures(keys),
      selected: () => this.update(),
    });
    Object.assign(this.#name, { type: "text", autocomplete: "off", spellcheck: false, dir: "auto" });
    Object.assign(this.#input, { type: "file", accept: "image/*,.zip", multiple: true, tabIndex: -1 });
    this.#name.addEventListener("change", () => this.#rename());
    this.#input.addEventListener("change", () => {
      this.#events.add(chosen([...this.#input.files ?? []]), this.#className);
      this.#input.value = "";
    });
    this.#move.addEventListener("change", () => this.#moveSelected(Number(this.#move.value)));
    this.#release = holdable(this.#hold, () => void this.#shoot(), burstEvery);
    this.#stage.append(this.#camera.video, this.#hold);
    this.#selection.append(this.#selectionText, this.#move, this.#take);
    this.element.append(
      make("div", "head", this.#name, this.#count, this.#remove), this.#stage, this.#empty,
      this.#thumbs.element, this.#thumbs.more, this.#selection, make("div", "actions", this.#files, this.#film, this.#input));
    this.#listenToDrops();
    for (const name of ["focusin", "pointerdown"]) this.element.addEventListener(name, () => events.used(this));
  }

  get #className() { return this.#collection.classes[this.index] ?? ""; }

  /** @param {number} index */
  show(index) {
    this.index = index;
    this.update();
  }

  update() {
    const { classes } = this.#collection;
    const name = this.#className;
    const items = this.#collection.items().filter((item) => item.class === this.index);
    const n = this.index + 1;
    if (this.#name !== document.activeElement) this.#name.value = name;
    this.#name.setAttribute("aria-label", t("data.class.name", { number: n }));
    setText(this.#count, t("data.pictures", { count: items.length }));
    setText(this.#files, t("data.class.files"));
    setText(this.#film, t(this.#camera.isOpen ? "data.class.camera-close" : "data.class.camera"));
    setText(this.#hold, t("data.class.hold"));
    setText(this.#remove, "×");
    setText(this.#empty, t("data.class.empty"));
    this.#files.setAttribute("aria-label", t("data.class.files-for", { class: name }));
    const film = this.#camera.isOpen ? "data.class.camera-close-for" : "data.class.camera-for";
    this.#film.setAttribute("aria-label", t(film, { class: name }));
    this.#input.setAttribute("aria-label", t("data.class.files-for", { class: name }));
    this.#remove.setAttribute("aria-label", t("data.class.remove", { class: name }));
    this.#remove.title = t("data.class.remove", { class: name });
    this.#camera.video.setAttribute("aria-label", t("data.class.video"));
    this.#empty.hidden = items.length > 0 || this.#camera.isOpen;
    this.#stage.hidden = !this.#camera.isOpen;
    this.#film.disabled = this.#opening;
    this.#thumbs.show(items, name);
    this.#showSelection(classes, name);
    const ids = {
      "class-card": this.element, "class-name": this.#name, "class-count": this.#count, "class-remove": this.#remove,
      "class-files": this.#files, "class-input": this.#input, "class-camera": this.#film, "class-hold": this.#hold,
      "class-thumbs": this.#thumbs.element, "class-more": this.#thumbs.more, "class-move": this.#move, "class-take": this.#take,
    };
    for (const [id, element] of Object.entries(ids)) element.dataset.testid = `${id}-${n}`;
    this.#count.dataset.count = String(items.length);
  }

  /** @param {string[]} classes @param {string} name */
  #showSelection(classes, name) {
    const { size } = this.#thumbs.selected;
    this.#selection.hidden = size === 0;
    if (size === 0) return;
    setText(this.#selectionText, t("data.selected", { count: size }));
    setText(this.#take, t("data.selected.remove"));
    this.#move.setAttribute("aria-label", t("data.selected.move"));
    this.#move.replaceChildren(new Option(t("data.selected.move"), "", true, true),
      ...classes.flatMap((other, i) => (other === name ? [] : [new Option(other, String(i))])));
    this.#move.hidden = classes.length < 2;
  }

  close() {
    this.#release();
    this.#camera.close();
    this.update();
  }

  focus() {
    this.#name.focus();
    this.#name.select();
  }

  #rename() {
    const name = this.#name.value.trim();
    if (name === this.#className) return this.update();
    this.#events.attempt(async () => {
      try {
        await this.#collection.renameClass(this.index, name);
      } finally {
        this.#name.value = this.#className;
      }
    });
  }

  #removeClass() {
    const [name, i] = [this.#className, this.index];
    this.close();
    this.#events.attempt(async () => {
      const undo = await this.#collection.removeClass(i);
      this.#events.undoable({ message: "data.class.removed", values: { class: name }, undo });
    });
  }

  /** @param {number[]} keys */
  #removePictures(keys) {
    const focused = this.#thumbs.element.contains(document.activeElement);
    this.#events.attempt(async () => {
      const undo = await this.#collection.remove(keys);
      this.#thumbs.selected.clear();
      this.update();
      if (focused) this.#thumbs.focus();
      this.#events.undoable({ message: "data.removed", values: { count: keys.length }, undo });
    });
  }

  #removeSelected() { this.#removePictures([...this.#thumbs.selected]); }

  /** @param {number} to */
  #moveSelected(to) {
    const keys = [...this.#thumbs.selected];
    this.#events.attempt(async () => {
      const undo = await this.#collection.relabel(keys, to);
      this.#thumbs.selected.clear();
      this.update();
      const values = { count: keys.length, class: this.#collection.classes[to] ?? "" };
      this.#events.undoable({ message: "data.moved", values, undo });
    });
  }

  #listenToDrops() {
    const over = (/** @type {boolean} */ is) => (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      event.stopPropagation();
      this.element.classList.toggle("over", is);
    };
    this.element.addEventListener("dragover", over(true));
    this.element.addEventListener("dragleave", over(false));
    this.element.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer) this.#events.add(dropped(event.dataTransfer), this.#className);
    });
  }

  #toggleCamera() {
    if (this.#camera.isOpen) return this.close();
    this.#opening = true;
    this.update();
    this.#events.attempt(async () => {
      try {
        await this.#camera.open(() => this.update());
      } finally {
        this.#opening = false;
        this.update();
      }
    });
  }

  async #shoot() {
    const blob = await this.#camera.picture();
    if (!blob) return;
    const name = `camera-${Date.now()}.jpg`;
    this.#events.attempt(() => this.#collection.add([{ class: this.#className, name, blob }]));
  }
}
