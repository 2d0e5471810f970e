// What the network says of the picture: the classes, the most probable first, how long it took and on what, and what it saw.
import { FvElement, define, find, make, setText } from "../shell/dom.js";
import { milliseconds, percent, t } from "../shell/i18n.js";
import { themeChanges } from "../shell/fv-preferences.js";
import { desk } from "./desk.js";
import { className } from "../parts/net-names.js";
import { nets } from "../parts/nets.js";
import { paintSeen } from "./paint.js";

/** @import { Classification } from "../../../js/fovea.d.ts" */

/** Below this the first class is no answer, only the least unlikely of those that the network knows. */
const unsure = 0.5;
/** How often a screen reader hears what a camera shows at most, in ms: it changes many times a second. */
const spokenEvery = 2000;
const mostClasses = 20;
/** What the site's networks know, before they are loaded. */
const siteClasses = [
  { id: "mnist", labels: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
  { id: "cifar10", labels: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"] },
];

class FvAnswer extends FvElement {
  /** @type {Classification | null} */
  #painted = null;
  #spoken = 0;

  get sources() { return [desk, nets]; }

  build() {
    this.innerHTML = `
      <div class="answer" data-testid="answer" role="group" data-i18n-label="index.answer">
        <p class="wait hint" data-testid="answer-note"></p>
        <dl class="knows" data-testid="knows"></dl>
        <p class="best" data-testid="best" hidden></p>
        <p class="truth" data-testid="truth" hidden></p>
        <ol data-testid="predictions" hidden></ol>
        <p class="unsure" data-testid="unsure" hidden></p>
        <div class="how" hidden>
          <figure><canvas data-testid="seen" role="img" data-i18n-label="index.seen"></canvas>
            <figcaption class="hint" data-i18n="index.seen"></figcaption></figure>
          <p class="hint" data-testid="time"></p>
        </div>
        <p class="again" hidden><button type="button" data-testid="run" data-i18n="index.run"></button></p>
        <p class="visually-hidden" role="status" data-testid="spoken"></p>
      </div>`;
    find(this, "run", HTMLButtonElement).addEventListener("click", () => desk.again());
    themeChanges.addEventListener("change", () => {
      this.#painted = null;
      this.update();
    });
  }

  update() {
    const { result, busy, subject, problem, mode, watching } = desk.state;
    const waits = busy || watching ? "index.thinking" : mode === "draw" ? "index.draw-now" : subject ? "" : "index.waiting";
    const note = result ? "" : waits;
    setText(find(this, "answer-note", HTMLElement), note && !problem ? t(note) : "");
    this.#knows(!result && mode !== "draw");
    for (const name of ["best", "predictions"]) find(this, name, HTMLElement).hidden = !result;
    /** @type {HTMLElement} */ (this.querySelector(".how")).hidden = !result;
    /** @type {HTMLElement} */ (this.querySelector(".again")).hidden = Boolean(result || busy || problem || !subject);
    this.classList.toggle("stale", Boolean(result && busy && mode === "picture"));
    if (result) this.#show(result);
    else {
      for (const name of ["truth", "unsure"]) find(this, name, HTMLElement).hidden = true;
      setText(find(this, "spoken", HTMLElement), "");
    }
  }

  /** What may be asked: the classes of the network that is chosen, or of the site's. @param {boolean} visible */
  #knows(visible) {
    const { wanted, choices, current } = nets.state;
    const list = find(this, "knows", HTMLElement);
    list.hidden = !visible;
    if (!visible) return;
    const chosen = choices.find(({ id }) => id === wanted);
    const ofVisitor = chosen && current?.id === chosen.id ? [{ id: chosen.id, labels: current.net.classes }] : [];
    const known = chosen && chosen.kind !== "site" ? ofVisitor : siteClasses.filter(({ id }) => !chosen || chosen.id === id);
    const texts = known.flatMap(({ id, labels }) => {
      const names = labels.slice(0, mostClasses).map((label) => className(label, id)).join(t("index.comma"));
      return [nets.title(id), labels.length > mostClasses ? `${names} …` : names];
    });
    if (texts.join() === list.dataset.texts) return;
    list.dataset.texts = texts.join();
    list.replaceChildren(...texts.map((text, i) => make(i % 2 ? "dd" : "dt", "", text)));
  }

  /** @param {Classification} result */
  #show(result) {
    const { by, subject } = desk.state;
    const [best] = result;
    if (!best) return;
    const name = (/** @type {string} */ label) => className(label, by);
    setText(find(this, "best", HTMLElement), name(best.label));
    find(this, "best", HTMLElement).dataset.label = best.label;
    const truth = find(this, "truth", HTMLElement);
    truth.hidden = !subject?.answer;
    const right = subject?.answer === best.label;
    truth.dataset.right = String(right);
    setText(truth, t(right ? "index.right" : "index.wrong", { label: name(subject?.answer ?? "") }));
    this.#bars(result, name);
    this.#unsure(best.probability);
    const { backend, ms } = result;
    const took = { time: milliseconds(ms), backend: t(`backend.${backend.name}`) };
    setText(find(this, "time", HTMLElement), t(backend.software ? "index.time-software" : "index.time", took));
    find(this, "time", HTMLElement).dataset.backend = backend.name;
    if (result !== this.#painted) {
      this.#painted = result;
      /** @type {HTMLElement} */ (this.querySelector("figure")).hidden = !result.seen;
      if (result.seen) paintSeen(find(this, "seen", HTMLCanvasElement), result.seen, result.shape);
    }
    if (desk.state.mode === "camera" && performance.now() - this.#spoken < spokenEvery) return;
    this.#spoken = performance.now();
    const said = { label: name(best.label), share: percent(best.probability, 0) };
    setText(find(this, "spoken", HTMLElement), t("index.spoken", said));
  }

  /** @param {Classification} result @param {(label: string) => string} name */
  #bars(result, name) {
    const list = find(this, "predictions", HTMLElement);
    while (list.children.length > result.length) list.lastElementChild?.remove();
    result.forEach(({ label, probability }, i) => {
      const row = list.children[i] ?? list.appendChild(
        make("li", "", make("span", "class", make("bdi")), make("span", "share"), make("span", "meter", make("i"))));
      const [title, share, meter] = /** @type {HTMLElement[]} */ ([...row.children]);
      if (title?.firstElementChild) setText(title.firstElementChild, name(label));
      if (share) setText(share, percent(probability));
      const bar = /** @type {HTMLElement | null | undefined} */ (meter?.querySelector("i"));
      bar?.style.setProperty("inline-size", `${100 * probability}%`);
      Object.assign(/** @type {HTMLElement} */ (row).dataset, { label, testid: `prediction-${i + 1}` });
    });
  }

  /** Says what the network knows where nothing of it is likely. @param {number} probability */
  #unsure(probability) {
    const { by } = desk.state;
    const { current } = nets.state;
    const box = find(this, "unsure", HTMLElement);
    box.hidden = probability >= unsure || !current || current.id !== by;
    if (box.hidden || !current) return;
    const classes = current.net.classes;
    const names = classes.slice(0, mostClasses).map((label) => className(label, by)).join(t("index.comma"));
    setText(box, t(classes.length > mostClasses ? "index.unsure-many" : "index.unsure", { names, count: classes.length }));
  }
}

define("fv-answer", FvAnswer);
