// The list of completions under the caret of a text field. The field keeps the focus; arrows choose, Enter takes, Escape closes,
// Ctrl and Space opens. To screen readers the chosen one is the field's active descendant.
import { make } from "../shell/dom.js";
import { has, t } from "../shell/i18n.js";
import { completionsAt } from "./completion.js";

/** @import { Completion } from "./completion.js" */

export class Suggestions {
  #area;
  #list = make("ul", "suggestions");
  #letter;
  #closed;
  /** @type {Completion | null} */
  #open = null;
  #chosen = 0;

  /** @param {HTMLTextAreaElement} area in a positioned parent @param {HTMLElement} beside what the list stands
   * @param {() => number} letter width of a letter in pixels
   * @param {() => void} closed called when the list goes */
  constructor(area, beside, letter, closed) {
    this.#area = area;
    this.#letter = letter;
    this.#closed = closed;
    this.#list.id = "net-suggestions";
    this.#list.dataset.testid = "suggestions";
    this.#list.setAttribute("role", "listbox");
    this.#list.dataset.i18nLabel = "network.suggestions";
    this.#list.hidden = true;
    this.#list.dir = "ltr";
    beside.after(this.#list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.#list.id);
    area.addEventListener("input", (event) => {
      const { inputType } = /** @type {InputEvent} */ (event);
      if (inputType === "insertText" || (this.#open && inputType?.startsWith("delete"))) this.#show();
      else this.close();
    });
    area.addEventListener("keydown", (event) => this.#key(event));
    area.addEventListener("blur", () => this.close());
    area.addEventListener("click", () => this.close());
    area.addEventListener("scroll", () => this.close());
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.#take([...this.#list.children].indexOf(option));
    });
  }

  /** Whether the visitor is in the middle of a word that the list has ends for. */
  get isOpen() { return this.#open !== null; }

  close() {
    if (!this.#open) return;
    this.#open = null;
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#area.removeAttribute("aria-activedescendant");
    this.#closed();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return this.#show();
    }
    if (!this.#open || event.isComposing) return;
    const last = this.#open.candidates.length - 1;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.#choose(this.#chosen < last ? this.#chosen + 1 : 0),
      ArrowUp: () => this.#choose(this.#chosen > 0 ? this.#chosen - 1 : last),
      Enter: () => this.#take(this.#chosen),
      Escape: () => this.close(),
    };
    const act = keys[event.key];
    if (act && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      act();
    } else if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End" || event.key === "Tab") {
      this.close();
    }
  }

  #show() {
    const { value, selectionStart, selectionEnd } = this.#area;
    const found = selectionStart === selectionEnd ? completionsAt(value, selectionStart) : null;
    if (!found) return this.close();
    this.#open = found;
    this.#list.replaceChildren(...found.candidates.map(({ label, layer }, i) => {
      const option = make("li", "", make("code", "", label), make("span", "hint", describe(label, layer)));
      option.id = `net-suggestion-${i}`;
      option.setAttribute("role", "option");
      return option;
    }));
    this.#list.hidden = false;
    this.#place(found.from);
    this.#choose(0);
  }

  /** Under the line of the word that is being written. @param {number} from */
  #place(from) {
    const before = this.#area.value.slice(0, from).split("\n");
    const style = getComputedStyle(this.#area);
    const x = parseFloat(style.paddingLeft) + (before.at(-1)?.length ?? 0) * this.#letter() - this.#area.scrollLeft;
    const y = parseFloat(style.paddingTop) + before.length * parseFloat(style.lineHeight) - this.#area.scrollTop;
    this.#list.style.setProperty("--x", `${Math.max(0, Math.min(x - 12, this.#area.clientWidth - this.#list.offsetWidth))}px`);
    this.#list.style.setProperty("--y", `${y + 4}px`);
  }

  /** @param {number} index */
  #choose(index) {
    this.#chosen = index;
    [...this.#list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const option = this.#list.children[index];
    this.#area.setAttribute("aria-activedescendant", option?.id ?? "");
    if (option instanceof HTMLElement) {
      const least = option.offsetTop + option.offsetHeight - this.#list.clientHeight;
      this.#list.scrollTop = Math.min(option.offsetTop, Math.max(this.#list.scrollTop, least));
    }
  }

  /** @param {number} index */
  #take(index) {
    const candidate = this.#open?.candidates[index];
    if (!this.#open || !candidate) return;
    const { from, to } = this.#open;
    this.close();
    this.#area.setSelectionRange(from, to);
    // It is the one way to write so that the field's own undo knows of it.
    if (!document.execCommand("insertText", false, candidate.insert)) this.#area.setRangeText(candidate.insert, from, to, "end");
    this.#area.setSelectionRange(from + candidate.select[0], from + candidate.select[1]);
    this.close(); // writing it opened the list again
  }
}

/** What a candidate is, in words. @param {string} label @param {string} layer */
function describe(label, layer) {
  const [word = ""] = label.split(" ");
  const key = word === layer ? `layer.${layer}` : `option.${word}`;
  return has(key) ? t(key) : "";
}
