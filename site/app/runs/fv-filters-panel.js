// The filters of the first convolution while they form, and what each layer makes of a sample.
import { drawSample } from "../data/draw.js";
import { define, find, make, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { lab } from "../train/lab.js";
import { channelImages, drawInto, filterImages } from "./maps.js";
import { Panel } from "./panel.js";

/** @import { Activation, Net, Sample } from "../../../js/fovea.d.ts" */

const most = 64;
/** Milliseconds from one look to the next while it trains: a few a second, and a step or more between them. */
const every = 400;
const pause = 30; // between two looks, however long they take

class FvFiltersPanel extends Panel {
  #index = 0;
  #layer = 0;
  /** @type {Sample | null} */
  #sample = null;
  /** @type {Activation[]} */
  #activations = [];
  /** The name of the first convolution's weights; null where the net has none. @type {string | null | undefined} */
  #name;
  /** @type {Net | null} */
  #net = null;
  #step = -1;

  build() {
    this.innerHTML = `
      <div class="filters-block"><h3 data-i18n="runs.filters.title"></h3><p class="hint" data-testid="filters-note"></p><ul
        class="tiles" data-testid="filters"></ul></div>
      <div class="maps-block">
        <h3 data-i18n="runs.maps.title"></h3>
        <div class="maps-sample">
          <figure><canvas data-testid="maps-sample" role="img"></canvas></figure>
          <div>
            <div class="stepper">
              <button type="button" class="small" data-testid="maps-previous" data-i18n="runs.maps.previous"></button>
              <button type="button" class="small" data-testid="maps-next" data-i18n="runs.maps.next"></button>
            </div>
            <p class="hint" data-testid="maps-said" role="status"></p>
          </div>
          <label class="field"><span class="label" data-i18n="runs.maps.layer"></span><select data-testid="maps-layer"
            dir="ltr"></select></label>
        </div>
        <ul class="tiles maps" data-testid="maps"></ul>
      </div>`;
    find(this, "maps-previous", HTMLButtonElement).addEventListener("click", () => this.#choose(-1));
    find(this, "maps-next", HTMLButtonElement).addEventListener("click", () => this.#choose(1));
    const select = find(this, "maps-layer", HTMLSelectElement);
    select.addEventListener("change", () => {
      this.#layer = select.selectedIndex;
      this.#drawMaps();
    });
  }

  /** @param {number} by */
  #choose(by) {
    const count = lab.state.data?.test.count ?? 1;
    this.#index = (this.#index + by + count) % count;
    this.#sample = null;
    this.#step = -1;
    this.show();
  }

  show() {
    const { net, position, data } = lab.state;
    if (net !== this.#net) {
      this.#net = net;
      this.#name = undefined;
      this.#sample = null;
      this.#layer = 0;
      this.#step = -1;
    }
    /** @type {HTMLElement} */ (this.querySelector(".maps-block")).hidden = !data;
    if (this.dataset.language !== language.code) this.#step = -1;
    if (!net || this.resting || position.step === this.#step) return;
    this.dataset.language = language.code;
    this.#step = position.step;
    void this.look(net, async () => {
      await this.#lookAtFilters(net);
      await this.#lookAtMaps(net);
    }, (took) => Math.max(pause, every - took));
  }

  /** @param {Net} net */
  async #lookAtFilters(net) {
    const note = find(this, "filters-note", HTMLElement);
    if (this.#name === undefined) {
      const all = await net.weights();
      const isFilter = (/** @type {string} */ name) => (
        name.endsWith(".weight") && all[name]?.shape.length === 4 && !/^fc/i.test(name));
      this.#name = Object.keys(all).filter(isFilter).sort(byNumber)[0] ?? null;
    }
    if (!this.#name) {
      find(this, "filters", HTMLElement).replaceChildren();
      return setText(note, t("runs.filters.none"));
    }
    const weights = (await net.weights([this.#name]))[this.#name];
    if (!weights || net !== lab.state.net) return;
    const [height = 0, width = 0, channels = 0, filters = 0] = weights.shape;
    const about = { size: `${number(height)}×${number(width)}`, count: filters, shown: Math.min(filters, most) };
    setText(note, t(channels === 3 ? "runs.filters.colour" : "runs.filters.grey", about));
    drawInto(find(this, "filters", HTMLElement), filterImages(weights, most), (i) => t("runs.filters.one", { index: i + 1 }));
  }

  /** @param {Net} net */
  async #lookAtMaps(net) {
    const test = lab.state.data?.test;
    if (!test) return;
    this.#sample ??= await test.sample(this.#index);
    const { pixels, shape, label } = this.#sample;
    const canvas = find(this, "maps-sample", HTMLCanvasElement);
    drawSample(canvas, pixels, (shape[2] ?? 1) === 2 ? [shape[0] ?? 1, shape[1] ?? 1, 1] : shape);
    const values = { index: this.#index + 1, label: test.classes[label] ?? String(label) };
    canvas.setAttribute("aria-label", t("runs.maps.sample", values));
    this.#activations = await net.activations({ data: Float32Array.from(pixels), shape });
    const last = this.#activations.at(-1);
    const answers = await net.predict({ data: Float32Array.from(pixels), shape });
    if (net !== lab.state.net || !last) return;
    const best = answers.data.indexOf(Math.max(...answers.data));
    const said = {
      label: test.classes[label] ?? "", predicted: test.classes[best] ?? "", share: percent(answers.data[best] ?? 0, 0),
    };
    setText(find(this, "maps-said", HTMLElement), t(best === label ? "runs.maps.right" : "runs.maps.wrong", said));
    this.#drawMaps();
  }

  #drawMaps() {
    const shown = this.#activations.filter(({ shape }) => shape.length === 3);
    const select = find(this, "maps-layer", HTMLSelectElement);
    const names = shown.map(({ layer, shape }) => `${layer} · ${shape.join("×")}`);
    if (Array.from(select.options, (o) => o.text).join() !== names.join()) {
      select.replaceChildren(...names.map((name) => make("option", "", name)));
    }
    this.#layer = Math.min(this.#layer, shown.length - 1);
    select.selectedIndex = this.#layer;
    const activation = shown[Math.max(0, this.#layer)];
    const images = activation ? channelImages(activation, most) : [];
    drawInto(find(this, "maps", HTMLElement), images, (i) => t("runs.maps.one", { index: i + 1 }));
  }
}

/** conv2 comes before conv10. @param {string} a @param {string} b */
const byNumber = (a, b) => a.localeCompare(b, "en", { numeric: true });

define("fv-filters-panel", FvFiltersPanel);
