// The net as text: presets, an editor that colours layers and marks errors, and the message beside it.
import { english, find, make, setText } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { layOut, plain, presets, useColumns } from "./presets.js";

/** Layer words and the colour they have here and in the drawing. */
const kinds = [
  { test: /^(CONV\w*|DWCONV|DECONV)$/i, name: "conv" },
  { test: /^(\w*POOL\w*|GAP)$/i, name: "pool" },
  { test: /^(FC|LINEAR|DENSE)$/i, name: "full" },
  { test: /^INPUT$/i, name: "input" },
];

/** Which colour a layer's first word has. @param {string} word */
export const kindOf = (word) => kinds.find(({ test }) => test.test(word))?.name ?? "other";

/** Offset in `text` of a place counted from 1. @param {string} text @param {{ line: number, column: number }} place */
function offset(text, { line, column }) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
  const inLine = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length; // columns count characters
  return Math.min(text.length, before + inLine);
}

/** @param {string} text @param {{ line: number, column: number, length: number }} place */
function span(text, place) {
  const start = offset(text, place);
  const length = [...text.slice(start)].slice(0, place.length).join("").length;
  return { start, end: Math.max(start + 1, start + length) };
}

class FvNetEditor extends LabElement {
  #painted = "";
  /** A preset's text as it was put into the editor. */
  #laidOut = "";

  build() {
    this.innerHTML = `
      <fieldset class="presets"><legend class="visually-hidden" data-i18n="preset.legend"></legend></fieldset>
      <label class="visually-hidden" for="net-text" data-i18n="network.label"></label>
      <div class="editor" dir="ltr">
        <pre aria-hidden="true" data-testid="net-marks"></pre>
        <textarea id="net-text" wrap="off" data-testid="net-text" spellcheck="false" autocapitalize="off" autocomplete="off" autocorrect="off" rows="6" aria-describedby="net-state"></textarea>
      </div>
      <div id="net-state" class="net-state" data-testid="net-state" role="status"></div>
      <div class="alert" role="alert" data-testid="net-error" hidden></div>
      <p class="grammar hint" data-i18n="network.grammar"></p>`;
    for (const name of Object.keys(presets)) {
      const button = make("button", "small");
      button.type = "button";
      button.dataset.i18n = `preset.${name}`;
      button.dataset.testid = `preset-${name}`;
      button.addEventListener("click", () => this.#layOut(presets[/** @type {keyof typeof presets} */ (name)]));
      this.querySelector(".presets")?.append(button);
    }
    const area = this.#area;
    area.addEventListener("input", () => lab.edit(area.value));
    // Lines never wrap, for textarea and marks would not always agree where; they scroll together instead.
    area.addEventListener("scroll", () => { find(this, "net-marks", HTMLElement).scrollLeft = area.scrollLeft; });
    document.fonts.addEventListener("loadingdone", () => this.#measure());
    new ResizeObserver(() => this.#measure()).observe(area);
  }

  /** Finds out how many characters fit into a line, and lays a preset that nobody has touched out for it. */
  #measure() {
    const style = getComputedStyle(this.#area);
    const context = document.createElement("canvas").getContext("2d");
    if (!context || !this.#area.clientWidth) return;
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const letter = context.measureText("0").width + (parseFloat(style.letterSpacing) || 0);
    useColumns(Math.floor((this.#area.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)) / letter));
    const { text } = lab.state;
    const preset = text === this.#laidOut ? this.#laidOut : Object.values(presets).find((p) => p === text);
    if (preset) this.#layOut(Object.values(presets).find((p) => plain(p) === plain(preset)) ?? preset);
  }

  /** @param {string} preset */
  #layOut(preset) {
    this.#laidOut = layOut(preset);
    if (this.#laidOut !== lab.state.text) lab.edit(this.#laidOut);
  }

  get #area() {
    return find(this, "net-text", HTMLTextAreaElement);
  }

  update() {
    const { text, netError, summary, checking, engine } = lab.state;
    const area = this.#area;
    if (area.value !== text) area.value = text;
    for (const [name, preset] of Object.entries(presets)) {
      find(this, `preset-${name}`, HTMLButtonElement).setAttribute("aria-pressed", String(plain(preset) === plain(text)));
    }
    area.setAttribute("aria-invalid", String(!!netError));
    this.#paint();
    const state = find(this, "net-state", HTMLElement);
    state.dataset.state = engine === "loading" ? "loading" : checking ? "checking" : netError ? "wrong" : "right";
    if (engine === "loading") setText(state, this.#loading());
    else setText(state, netError || !summary ? "" : checking ? t("network.checking") : t("network.valid", { count: summary.layers.length }));
    this.#error(find(this, "net-error", HTMLElement));
  }

  #loading() {
    const { loaded, total } = lab.state.load;
    return total ? t("engine.loading", { percent: Math.round((100 * loaded) / total) }) : t("engine.starting");
  }

  /** @param {HTMLElement} box */
  #error(box) {
    const { netError } = lab.state;
    box.hidden = !netError;
    if (!netError) return box.replaceChildren();
    const where = netError.line > 0 ? t("network.error-at", { line: netError.line, column: netError.column }) : t("network.error");
    if (box.dataset.shown === netError.message + where) return;
    box.dataset.shown = netError.message + where;
    box.replaceChildren(make("strong", "", where), english(netError.message));
    if (netError.line > 0) {
      const button = make("button", "small", t("network.error-show"));
      button.type = "button";
      button.dataset.testid = "net-error-show";
      button.addEventListener("click", () => {
        const { start, end } = span(this.#area.value, netError);
        this.#area.focus();
        this.#area.setSelectionRange(start, end);
      });
      box.append(make("div", "", button));
    }
  }

  /** Colours the text behind the textarea, whose own letters are transparent. */
  #paint() {
    const { text, netError, pointed } = lab.state;
    const error = netError && netError.line > 0 ? span(text, netError) : null;
    const point = pointed && pointed.line > 0 ? span(text, pointed) : null;
    const key = JSON.stringify([text, error, point]);
    if (key === this.#painted) return;
    this.#painted = key;
    const cuts = new Set([0, text.length, error?.start, error?.end, point?.start, point?.end].filter((c) => c !== undefined));
    for (const { 0: word, index } of text.matchAll(/#.*|\b[A-Za-z]\w*|->|→/g)) cuts.add(index).add(index + word.length);
    const places = [...cuts].sort((a, b) => a - b);
    const pre = find(this, "net-marks", HTMLElement);
    pre.replaceChildren();
    for (let i = 0; i + 1 < places.length; i++) {
      const start = places[i] ?? 0;
      const piece = make("span", "", text.slice(start, places[i + 1]));
      const content = piece.textContent ?? "";
      const inComment = text.slice(text.lastIndexOf("\n", start - 1) + 1, start + 1).includes("#");
      if (inComment) piece.classList.add("comment");
      else if (content === "->" || content === "→") piece.classList.add("arrow");
      else if (kindOf(content) !== "other") piece.classList.add("word", kindOf(content));
      if (error && start >= error.start && start < error.end) piece.classList.add("wrong");
      if (point && start >= point.start && start < point.end) piece.classList.add("pointed");
      pre.append(piece);
    }
    // An error at the very end of the text still needs something to underline.
    if (error && error.start >= text.length) pre.append(make("span", "wrong", " "));
    pre.append("\n");
    pre.scrollLeft = this.#area.scrollLeft;
  }
}

customElements.define("fv-net-editor", FvNetEditor);
