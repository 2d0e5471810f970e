// The net as text: presets, an editor that colours layers, completes words and marks errors, and the message beside it.
import { define, english, find, make, setText } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";
import { marked, span } from "./marks.js";
import { layOut, plain, presetsFor, useColumns } from "./presets.js";
import { Suggestions } from "./suggestions.js";

class FvNetEditor extends LabElement {
  #painted = "";
  #offered = "";
  /** A preset's text as it was put into the editor. */
  #laidOut = "";
  #letter = 9;
  /** @type {Suggestions | null} */
  #suggestions = null;

  build() {
    this.innerHTML = `
      <fieldset class="presets"><legend class="visually-hidden" data-i18n="preset.legend"></legend></fieldset>
      <label class="visually-hidden" for="net-text" data-i18n="network.label"></label>
      <div class="editing">
        <div class="editor" dir="ltr">
          <pre aria-hidden="true" data-testid="net-marks"></pre>
          <textarea id="net-text" wrap="off" data-testid="net-text" spellcheck="false" autocapitalize="off" autocomplete="off"
            autocorrect="off" rows="6" aria-describedby="net-state net-grammar"></textarea>
        </div>
      </div>
      <div id="net-state" class="net-state" data-testid="net-state" role="status"></div>
      <div class="alert" role="alert" data-testid="net-error" hidden></div>
      <div class="alert" role="alert" data-testid="net-misfit" hidden>
        <strong data-i18n="misfit.title"></strong><span data-testid="net-misfit-text"></span>
        <div><button class="small" type="button" data-testid="adapt" data-i18n="misfit.adapt"></button></div>
      </div>
      <p id="net-grammar" class="grammar hint" data-i18n="network.grammar"></p>`;
    const area = this.#area;
    area.addEventListener("input", () => lab.edit(area.value));
    const beside = /** @type {HTMLElement} */ (this.querySelector(".editor"));
    this.#suggestions = new Suggestions(area, beside, () => this.#letter, () => this.update());
    find(this, "adapt", HTMLButtonElement).addEventListener("click", () => {
      lab.adapt();
      area.focus({ preventScroll: true });
    });
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
    this.#letter = context.measureText("0").width + (parseFloat(style.letterSpacing) || 0);
    const inside = this.#area.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    useColumns(Math.floor(inside / this.#letter));
    const { text } = lab.state;
    const presets = Object.values(presetsFor(lab.state.wants));
    const preset = text === this.#laidOut ? presets.find((p) => plain(p) === plain(text)) : presets.find((p) => p === text);
    if (preset) this.#layOut(preset);
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
    this.#presets();
    area.setAttribute("aria-invalid", String(!!netError));
    this.#paint();
    const state = find(this, "net-state", HTMLElement);
    const checked = netError ? "wrong" : lab.fits ? "right" : "misfit";
    state.dataset.state = engine === "loading" ? "loading" : checking ? "checking" : checked;
    if (engine === "loading") setText(state, this.#loading());
    else if (checking) setText(state, t("network.checking"));
    else setText(state, netError || !summary || !lab.fits ? "" : t("network.valid", { count: summary.layers.length }));
    this.#error(find(this, "net-error", HTMLElement));
    this.#misfit();
  }

  #presets() {
    const { text, wants } = lab.state;
    const presets = presetsFor(wants);
    const key = Object.keys(presets).join();
    if (key !== this.#offered) {
      this.#offered = key;
      const legend = this.querySelector("legend");
      this.querySelector(".presets")?.replaceChildren(...(legend ? [legend] : []), ...Object.keys(presets).map((name) => {
        const button = make("button", "small", t(`preset.${name}`));
        button.type = "button";
        button.dataset.i18n = `preset.${name}`;
        button.dataset.testid = `preset-${name}`;
        button.addEventListener("click", () => this.#layOut(presetsFor(lab.state.wants)[name] ?? ""));
        return button;
      }));
    }
    for (const [name, preset] of Object.entries(presets)) {
      find(this, `preset-${name}`, HTMLButtonElement).setAttribute("aria-pressed", String(plain(preset) === plain(text)));
    }
  }

  #loading() {
    const { loaded, total } = lab.state.load;
    return total ? t("engine.loading", { percent: Math.round((100 * loaded) / total) }) : t("engine.starting");
  }

  /** @param {HTMLElement} box */
  #error(box) {
    const { netError } = lab.state;
    box.hidden = !netError || !!this.#suggestions?.isOpen; // who writes a word is not told that it is none yet
    if (!netError) {
      box.dataset.shown = "";
      return box.replaceChildren();
    }
    const where = netError.line > 0
      ? t("network.error-at", { line: netError.line, column: netError.column }) : t("network.error");
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

  /** The net is sound, but not for this data. */
  #misfit() {
    const { summary, netError, checking, wants } = lab.state;
    const box = find(this, "net-misfit", HTMLElement);
    if (checking) return; // it stands until the text is checked
    box.hidden = !!netError || !summary || lab.fits;
    if (box.hidden || !summary) return;
    const shape = (/** @type {number[]} */ of) => `\u2066${of.join("×")}\u2069`; // reads from left to right in every language
    setText(find(this, "net-misfit-text", HTMLElement), t("misfit.text", {
      input: shape(summary.input), classes: summary.classes, wantedInput: shape(wants.input), wantedClasses: wants.classes,
    }));
  }

  /** Colours the text behind the textarea, whose own letters are transparent. */
  #paint() {
    const { text, netError, pointed } = lab.state;
    const pieces = marked(text, netError, pointed);
    const key = JSON.stringify(pieces);
    if (key === this.#painted) return;
    this.#painted = key;
    const pre = find(this, "net-marks", HTMLElement);
    pre.replaceChildren(...pieces.map((piece) => make("span", piece.classes.join(" "), piece.text)), "\n");
    pre.scrollLeft = this.#area.scrollLeft;
  }
}

define("fv-net-editor", FvNetEditor);
