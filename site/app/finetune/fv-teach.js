// The button that teaches, what is missing for it, how far it is, and how good the result is.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, find, make, setText } from "../shell/dom.js";
import { language, number, percent, t } from "../shell/i18n.js";
import { drawBlob } from "../data/draw.js";
import { engine } from "../shell/engine.js";
import { nets } from "../parts/nets.js";
import { interval } from "../parts/interval.js";
import { least, workshop } from "./workshop.js";

/** @import { Check } from "./workshop.js" */

const mostWrong = 24; // pictures shown of those that were not recognised
const side = 64;

class FvTeach extends FvElement {
  /** @type {unknown} */
  #problem = null;
  /** @type {Check | null} */
  #shown = null;
  #language = "";

  get sources() { return [workshop, engine, nets]; }

  build() {
    this.innerHTML = `
      <p class="actions">
        <button class="primary" type="button" data-testid="teach" data-i18n="finetune.teach"></button>
        <button type="button" data-testid="stop-teaching" data-i18n="finetune.stop" hidden></button>
      </p>
      <p class="hint" data-testid="missing" role="status"></p>
      <div class="waiting" hidden>
        <progress data-testid="teach-progress" data-i18n-label="finetune.progress"></progress>
        <p class="hint" role="status" data-testid="teach-stage"></p>
      </div>
      <section class="found" data-testid="found" hidden aria-labelledby="found-title">
        <h3 id="found-title" data-i18n="finetune.found"></h3>
        <p class="figure" data-testid="accuracy"></p>
        <p data-testid="found-text"></p>
        <p class="hint" data-testid="stale" hidden data-i18n="finetune.stale"></p>
        <table data-testid="per-class">
          <thead><tr><th scope="col" data-i18n="finetune.class"></th><th scope="col" data-i18n="finetune.known"></th></tr></thead>
          <tbody></tbody>
        </table>
        <div class="wrong" hidden>
          <h4 data-i18n="finetune.wrong"></h4>
          <ul data-testid="wrong"></ul>
        </div>
      </section>`;
    find(this, "teach", HTMLButtonElement).addEventListener("click", () => workshop.teach());
    find(this, "stop-teaching", HTMLButtonElement).addEventListener("click", () => workshop.stop());
  }

  update() {
    const { phase, check, problem, net } = workshop.state;
    const teach = find(this, "teach", HTMLButtonElement);
    teach.disabled = !workshop.ready || workshop.busy;
    setText(teach, t(net ? "finetune.teach-again" : "finetune.teach"));
    find(this, "stop-teaching", HTMLButtonElement).hidden = !workshop.busy;
    setText(find(this, "missing", HTMLElement), this.#missing());
    /** @type {HTMLElement} */ (this.querySelector(".waiting")).hidden = !workshop.busy;
    this.dataset.phase = phase;
    if (workshop.busy) this.#progress();
    if (problem !== this.#problem) {
      this.#problem = problem;
      showProblem(this, "teach", problem ?? null);
    }
    find(this, "found", HTMLElement).hidden = !check;
    find(this, "stale", HTMLElement).hidden = !workshop.stale;
    if (check && (check !== this.#shown || language.code !== this.#language)) {
      [this.#shown, this.#language] = [check, language.code];
      this.#show(check);
    }
  }

  #missing() {
    const { collection } = workshop.state;
    if (!collection || workshop.busy || workshop.ready) return "";
    const { classes, pictures } = workshop.missing;
    if (classes > 0) return t("finetune.missing-classes", { count: classes });
    const names = pictures.flatMap((count, i) => (
      count > 0 ? [t("finetune.missing-of", { count, name: collection.classes[i] ?? "" })] : []));
    return t("finetune.missing-pictures", { least, list: names.join(t("finetune.comma")) });
  }

  #progress() {
    const { phase, progress } = workshop.state;
    const bar = find(this, "teach-progress", HTMLProgressElement);
    const opening = nets.state.loading;
    const { done, total } = phase === "open" && opening ? { done: opening.loaded, total: opening.total } : progress;
    if (total > 0) [bar.max, bar.value] = [total, done];
    else bar.removeAttribute("value");
    const stage = phase === "open" && progress.stage !== "read" ? "open" : progress.stage || "head";
    setText(find(this, "teach-stage", HTMLElement), t(`finetune.stage.${stage}`, { done, total: total || 0 }));
  }

  /** @param {Check} check */
  #show(check) {
    const { collection, seconds, net } = workshop.state;
    const { right, count } = check;
    const [low, high] = interval(right, Math.max(1, count));
    const accuracy = find(this, "accuracy", HTMLElement);
    setText(accuracy, percent(right / Math.max(1, count), 0));
    accuracy.dataset.value = String(right / Math.max(1, count));
    const took = number(seconds, { maximumFractionDigits: 1 });
    const values = { right, count, low: percent(low, 0), high: percent(high, 0), seconds: took };
    setText(find(this, "found-text", HTMLElement), t("finetune.found-text", values));
    const rows = (net?.classes ?? []).map((name, i) => {
      const of = check.perClass[i] ?? { right: 0, count: 0 };
      const heading = make("th", "", name);
      heading.scope = "row";
      heading.dir = "auto";
      return make("tr", "", heading, make("td", "", t("finetune.of", of)));
    });
    this.querySelector("tbody")?.replaceChildren(...rows);
    /** @type {HTMLElement} */ (this.querySelector(".wrong")).hidden = check.wrong.length === 0;
    find(this, "wrong", HTMLElement).replaceChildren(...check.wrong.slice(0, mostWrong).map(({ key, label, said }) => {
      const canvas = make("canvas");
      void collection?.blob(key).then((blob) => drawBlob(canvas, blob, side), () => {}); // it has been deleted since
      const names = net?.classes ?? [];
      const mistaken = t("finetune.mistaken", { label: names[label] ?? "", said: names[said] ?? "" });
      return make("li", "", canvas, make("span", "", mistaken));
    }));
  }
}

define("fv-teach", FvTeach);
