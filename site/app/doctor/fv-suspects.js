// Likely wrong labels, one after the other: keys give the class, keep, remove, undo and walk.
import { define, find, make, offer, setText } from "../shell/dom.js";
import { number, percent, t } from "../shell/i18n.js";
import { DoctorElement } from "./element.js";
import { examination } from "./examination.js";
import { keysOf, plainKey } from "./keys.js";

/** @import { Suspect } from "./checkup.js" */

/** Pixels of the large picture, and how many thumbnails are shown around it. */
const side = 384;
const around = 60;

class FvSuspects extends DoctorElement {
  #at = 0;
  #shown = "";
  /** What the class buttons are made for. */
  #classes = "";
  /** @type {Map<string, HTMLCanvasElement>} */
  #thumbs = new Map();
  #keys = (/** @type {KeyboardEvent} */ event) => this.#key(event);

  build() {
    const button = (/** @type {string} */ name, /** @type {string} */ content, more = "") => (
      `<button class="small" type="button" data-testid="suspect-${name}" ${more}>${content}</button>`);
    this.innerHTML = `
      <p data-testid="suspects-none" data-i18n="doctor.suspects.none"></p>
      <div class="review" data-testid="review" tabindex="-1">
        <div class="picture">
          <canvas data-testid="suspect" role="img" width="1" height="1"></canvas>
          <p class="hint file" data-testid="suspect-name"></p>
        </div>
        <div class="verdict">
          <p class="hint" role="status" data-testid="suspect-count"></p>
          <p class="claim" data-testid="suspect-claim"></p>
          <dl class="shares"><div><dt></dt><dd class="meter"><i></i></dd><dd class="share"></dd></div>
            <div><dt></dt><dd class="meter"><i></i></dd><dd class="share"></dd></div></dl>
          <div class="classes" role="group" data-testid="suspect-classes" data-i18n-label="doctor.right-class"></div>
          <div class="actions">
            ${button("keep", `<span data-i18n="doctor.keep"></span> <kbd data-i18n="doctor.key.enter"></kbd>`)}
            ${button("remove", `<span data-i18n="doctor.remove"></span> <kbd data-i18n="doctor.key.delete"></kbd>`)}
            ${button("undo", `<span data-i18n="doctor.undo"></span> <kbd>U</kbd>`)}
            <span class="walk">${button("previous", `<span class="arrow">←</span>`, `data-i18n-label="doctor.previous"`)}
            ${button("next", `<span class="arrow">→</span>`, `data-i18n-label="doctor.next"`)}</span>
          </div>
          <p class="hint" data-i18n="doctor.keys"></p>
        </div>
        <ol class="strip" data-testid="strip" data-i18n-label="doctor.suspects"></ol>
      </div>
      <div class="actions"><button class="small" type="button" data-testid="suspects-save" data-i18n="doctor.save"></button>
        <p class="hint" data-testid="suspects-save-note"></p></div>`;
    const act = (/** @type {string} */ name, /** @type {() => unknown} */ what) => {
      find(this, name, HTMLButtonElement).addEventListener("click", what);
    };
    act("suspect-keep", () => this.#decide((id) => examination.keep(id)));
    act("suspect-remove", () => this.#decide((id) => examination.remove(id)));
    act("suspect-undo", () => this.#undo());
    act("suspect-previous", () => this.#walk(-1));
    act("suspect-next", () => this.#walk(1));
    act("suspects-save", () => {
      const file = examination.table();
      if (file) offer(file);
    });
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.#keys);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#keys);
  }

  get #suspect() { return examination.suspects[this.#at]; }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { target } = event;
    const here = target === document.body || (target instanceof Node && this.contains(target));
    const plain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!here || !plain || !this.checkVisibility() || !this.#suspect) return;
    const key = plainKey(event);
    const rtl = getComputedStyle(this).direction === "rtl";
    const onButton = target instanceof HTMLButtonElement;
    const of = keysOf(this.#names).indexOf(key);
    if (of >= 0) void this.#give(of);
    else if (key === "u") void this.#undo();
    else if (key === "Delete" || key === "Backspace") void this.#decide((id) => examination.remove(id));
    else if (key === "Enter" && !onButton) void this.#decide((id) => examination.keep(id));
    else if (key === "ArrowRight" || key === "ArrowLeft") this.#walk((key === "ArrowRight") === rtl ? -1 : 1);
    else return;
    event.preventDefault();
  }

  get #names() { return examination.subject?.classes ?? []; }

  /** @param {number} label */
  #give(label) {
    const is = (/** @type {string} */ id) => examination.subject?.label(id) === label;
    return this.#decide((id) => (is(id) ? examination.keep(id) : examination.relabel(id, label)));
  }

  /** Decides on the suspect that is shown and goes on to the next that waits. @param {(id: string) => Promise<void>} act */
  async #decide(act) {
    const suspect = this.#suspect;
    if (!suspect) return;
    await act(suspect.id);
    const list = examination.suspects;
    const from = list.findIndex(({ id }) => id === suspect.id);
    const start = from < 0 ? this.#at : from + 1; // what was removed is gone from the list
    const waits = (/** @type {Suspect} */ { id }) => !examination.decisions.has(id);
    const next = [list.findIndex((one, i) => i >= start && waits(one)), list.findIndex(waits)].find((at) => at >= 0);
    this.#at = next ?? this.#at; // where all are decided it stays
    this.update();
  }

  async #undo() {
    const id = await examination.undo();
    const at = examination.suspects.findIndex((one) => one.id === id);
    if (at >= 0) this.#at = at;
    this.update();
  }

  /** @param {number} by */
  #walk(by) {
    this.#at = Math.max(0, Math.min(examination.suspects.length - 1, this.#at + by));
    this.update();
  }

  update() {
    if (examination.progress) return;
    const list = examination.suspects;
    this.#at = Math.max(0, Math.min(this.#at, list.length - 1));
    const suspect = this.#suspect;
    find(this, "suspects-none", HTMLElement).hidden = list.length > 0;
    find(this, "review", HTMLElement).hidden = !suspect;
    find(this, "suspects-save", HTMLElement).hidden = list.length === 0;
    const published = list.length > 0 && examination.subject?.changes === false;
    setText(find(this, "suspects-save-note", HTMLElement), published ? t("doctor.published") : "");
    find(this, "suspect-undo", HTMLButtonElement).disabled = !examination.canUndo;
    if (!suspect) return;
    this.#showClasses(suspect);
    this.#showVerdict(suspect, list);
    this.#showStrip(list);
    if (this.#shown === suspect.id) return;
    this.#shown = suspect.id;
    const canvas = find(this, "suspect", HTMLCanvasElement);
    // Another one, so that a picture that comes late is not drawn over this.
    const next = /** @type {HTMLCanvasElement} */ (canvas.cloneNode());
    canvas.replaceWith(next);
    void examination.subject?.draw(next, suspect.id, side).catch(() => {});
  }

  /** @param {Suspect} suspect @param {Suspect[]} list */
  #showVerdict(suspect, list) {
    const decision = examination.decisions.get(suspect.id);
    const [given, suggested] = [this.classOf(suspect.given), this.classOf(suspect.suggested)];
    const open = examination.open(list);
    const at = t(open ? "doctor.suspects.count" : "doctor.suspects.done", { at: this.#at + 1, count: list.length, open });
    setText(find(this, "suspect-count", HTMLElement), at);
    const claim = decision ? t(`doctor.decided.${decision.action}`, { class: this.classOf(decision.to), given })
      : t("doctor.claim", { given, suggested });
    setText(find(this, "suspect-claim", HTMLElement), claim);
    find(this, "suspect-claim", HTMLElement).dataset.decided = decision?.action ?? "";
    const name = find(this, "suspect-name", HTMLElement);
    setText(name, examination.subject?.name(suspect.id) ?? "");
    name.dir = "ltr";
    find(this, "suspect", HTMLCanvasElement).setAttribute("aria-label", this.pictureName(suspect.id));
    const rows = [...this.querySelectorAll(".shares > div")];
    [[given, suspect.pGiven], [suggested, suspect.pSuggested]].forEach(([of, share], i) => {
      const row = rows[i];
      const [term, , value] = row?.children ?? [];
      if (term) setText(term, String(of));
      if (value) setText(value, percent(Number(share), 0));
      const bar = /** @type {HTMLElement | null | undefined} */ (row?.querySelector("i"));
      bar?.style.setProperty("inline-size", `${100 * Number(share)}%`);
    });
  }

  /** @param {Suspect} suspect */
  #showClasses(suspect) {
    const box = find(this, "suspect-classes", HTMLElement);
    const names = this.#names;
    if (this.#classes !== names.join("\n")) {
      this.#classes = names.join("\n");
      const keys = keysOf(names);
      box.replaceChildren(...names.map((name, i) => {
        const key = keys[i] ?? "";
        const title = make("span", "", /^\d$/.test(name) ? number(Number(name)) : name);
        const button = make("button", "small", title);
        const shown = /\d/.test(key) ? number(Number(key)) : key.toUpperCase();
        if (key && key !== name.toLowerCase()) button.append(" ", make("kbd", "", shown));
        button.type = "button";
        button.dataset.testid = `give-${i}`;
        button.addEventListener("click", () => this.#give(i));
        return button;
      }));
    }
    const label = examination.subject?.label(suspect.id);
    [...box.children].forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === label));
      button.classList.toggle("suggested", i === suspect.suggested);
    });
  }

  /** @param {Suspect[]} list */
  #showStrip(list) {
    const from = Math.max(0, Math.min(this.#at - around / 2, list.length - around));
    const some = list.slice(from, from + around);
    const ids = new Set(some.map(({ id }) => id));
    for (const id of this.#thumbs.keys()) if (!ids.has(id)) this.#thumbs.delete(id);
    find(this, "strip", HTMLElement).replaceChildren(...some.map(({ id }, i) => {
      let canvas = this.#thumbs.get(id);
      if (!canvas) {
        canvas = make("canvas");
        this.#thumbs.set(id, canvas);
        void examination.subject?.draw(canvas, id, 64).catch(() => {});
      }
      const button = make("button", "thumb", canvas);
      button.type = "button";
      button.tabIndex = -1; // arrow keys walk
      button.dataset.decided = examination.decisions.get(id)?.action ?? "";
      button.setAttribute("aria-label", t("doctor.go", { number: from + i + 1 }));
      if (from + i === this.#at) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => { this.#at = from + i; this.update(); });
      return make("li", "", button);
    }));
  }
}

define("fv-suspects", FvSuspects);
