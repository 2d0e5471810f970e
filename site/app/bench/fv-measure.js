// Measures works of nets on each backend that starts, shows the figures as they come, and offers them as a file.
import { Fovea, FoveaError } from "../../../js/fovea.js";
import { define, english, find, make, offer, setText } from "../shell/dom.js";
import { language, milliseconds, short, t, translate } from "../shell/i18n.js";
import { works } from "./works.js";

/** @import { BackendInfo } from "../../../js/fovea.d.ts" */
/** @import { Work } from "./works.js" */

/** @typedef {{ work: string, batch: number, backend: string, adapter: string, flops: number, ms?: number, gflops?: number,
 *   skipped?: string }} Figure */

const patience = 2; // seconds that a single run may take, of some ten; what would take longer is left out
const runs = 3;

class FvMeasure extends HTMLElement {
  /** @type {BackendInfo[]} */
  #backends = [];
  /** @type {Figure[]} */
  #figures = [];
  #running = false;
  #stop = false;
  /** Where it is, as a message and its values. @type {[string, Record<string, string | number>]} */
  #status = ["measure.ready", {}];

  connectedCallback() {
    this.innerHTML = `
      <p class="actions">
        <button class="primary" type="button" data-testid="measure"></button>
        <button type="button" data-testid="measure-save" data-i18n="measure.save" disabled></button>
      </p>
      <p class="hint" role="status" data-testid="measure-status"></p>
      <div class="scroll" tabindex="0" data-i18n-label="measure.table"><table data-testid="measure-table"></table></div>`;
    find(this, "measure", HTMLButtonElement).addEventListener("click", () => {
      if (this.#running) this.#stop = true;
      else this.#measure();
      this.#update();
    });
    find(this, "measure-save", HTMLButtonElement).addEventListener("click", () => this.#save());
    language.addEventListener("change", () => this.#update());
    this.#update();
  }

  async #measure() {
    this.#running = true;
    this.#stop = false;
    this.#figures = [];
    this.#say("measure.starting");
    /** @type {Fovea | undefined} */
    let fovea;
    try {
      const worker = document.querySelector('meta[name="fovea-worker"]')?.getAttribute("content") ?? "js/worker.js";
      fovea = await Fovea.start({ worker: new URL(worker, document.baseURI) });
      this.#backends = (await fovea.backends()).filter(({ name, available }) => available && name !== "cpu");
      for (const backend of this.#backends) {
        let rate = 1; // GFLOP/s, to tell what would take too long; the small works come first
        for (const [i, work] of works.entries()) {
          if (this.#stop) break;
          this.#say("measure.at", { done: i + 1, all: works.length, backend: t(`backend.${backend.name}`) });
          const figure = await measured(fovea, backend, work, rate);
          if (figure.gflops) rate = Math.max(rate, figure.gflops);
          this.#figures.push(figure);
          this.#update();
        }
      }
      this.#say(this.#stop ? "measure.stopped" : "measure.done");
    } catch (error) {
      this.#say("measure.failed", { reason: error instanceof Error ? error.message : String(error) });
    }
    this.#running = false;
    this.#update();
    await fovea?.close();
  }

  /** @param {string} message @param {Record<string, string | number>} [values] */
  #say(message, values = {}) {
    this.#status = [message, values];
    this.#update();
  }

  #update() {
    translate(this);
    const button = find(this, "measure", HTMLButtonElement);
    button.textContent = t(this.#running ? "measure.stop" : "measure.start");
    button.disabled = this.#running && this.#stop;
    find(this, "measure-save", HTMLButtonElement).disabled = this.#running || this.#figures.length === 0;
    setText(find(this, "measure-status", HTMLElement), t(...this.#status));
    const backends = this.#backends;
    const head = make("tr", "", make("th", "", t("measure.work")), ...backends.map(({ name, adapter }) =>
      make("th", "", t(`backend.${name}`), make("br"), english(adapter, "hint english"))));
    const rows = works.map((work) => make("tr", "", this.#name(work), ...backends.map(({ name }) =>
      cell(this.#figures.find((figure) => figure.work === work.id && figure.backend === name)))));
    find(this, "measure-table", HTMLTableElement).replaceChildren(make("thead", "", head), make("tbody", "", ...rows));
  }

  /** @param {Work} work */
  #name({ kind, name, batch }) {
    const th = make("th", "", t(`measure.${kind}`), " ", english(name, "english name"));
    th.scope = "row";
    if (kind !== "product") th.append(" ", make("span", "hint", t("measure.pictures", { count: batch })));
    return th;
  }

  #save() {
    const report = {
      date: new Date().toISOString(), userAgent: navigator.userAgent, processors: navigator.hardwareConcurrency,
      isolated: globalThis.crossOriginIsolated,
      backends: this.#backends.map(({ name, adapter, software }) => ({ name, adapter, software })),
      figures: this.#figures,
    };
    offer(new File([JSON.stringify(report, null, 2)], `fovea-${report.date.slice(0, 10)}.json`, { type: "application/json" }));
  }
}

/**
 * Measures one work on one backend. What a run would take longer than `patience` for, or more memory than there is, is left out.
 * @param {Fovea} fovea @param {BackendInfo} backend @param {Work} work @param {number} rate @returns {Promise<Figure>}
 */
async function measured(fovea, { name, adapter }, { id, kind, text, batch }, rate) {
  const training = kind === "training";
  const summary = await fovea.describe(text, { batch });
  const flops = summary.flops * batch * (training ? 3 : 1); // a step's backward pass takes twice the forward one's
  /** @type {Figure} */
  const figure = { work: id, batch, backend: name, adapter, flops };
  if (flops / (rate * 1e9) > patience) return { ...figure, skipped: "slow" };
  try {
    const ms = training ? median(await fovea.benchmark(text, { backend: name, batch, steps: runs, warmup: 2 }))
      : (await fovea.profile(text, { backend: name, batch, runs, forward: true })).runMs;
    return { ...figure, ms, gflops: flops / ms / 1e6 };
  } catch (error) {
    if (error instanceof FoveaError && error.code !== "internal") return { ...figure, skipped: error.message };
    throw error;
  }
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** @param {Figure | undefined} figure */
function cell(figure) {
  if (!figure) return make("td");
  if (figure.ms === undefined) {
        return make("td", "hint", figure.skipped === "slow" ? t("measure.slow") : english(figure.skipped ?? ""));
      }
  const rate = make("span", "hint", t("measure.rate", { value: short(figure.gflops ?? 0) }));
      return make("td", "", make("strong", "", milliseconds(figure.ms)), " ", rate);
}

define("fv-measure", FvMeasure);
