// Says who computed what is shown: the page itself while the engine loads, then the engine, and whether the two agree.
import { showProblem } from "../shell/alert.js";
import { FvElement, define, make, setText } from "../shell/dom.js";
import { engine } from "../shell/engine.js";
import { number, t } from "../shell/i18n.js";
import { difference } from "./engine-maps.js";

/** @import { Fovea } from "../../../js/fovea.d.ts" */
/** @import { Map } from "./convolve.js" */

/** Float32 and the order of sums: lessons add up to 75 products of numbers below 100. */
const rounding = 1e-3;
const pause = 120; // ms without a change before the engine is asked

/** Starts the engine when the page has been drawn. */
export function startSoon() {
  const begin = () => void engine.fovea().catch(() => {}); // the component tells why
  if ("requestIdleCallback" in globalThis) requestIdleCallback(begin, { timeout: 1500 });
  else setTimeout(begin, 300);
}

/** @param {number} v */
const small = (v) => (v === 0 ? number(0) : number(v, { maximumSignificantDigits: 1, notation: "scientific" }));

export class FvCheck extends FvElement {
  #words = make("span");
  #bar = make("progress");
  /** @type {{ run: (fovea: Fovea) => Promise<Map>, want: Map } | null} */
  #asked = null;
  #timer = 0;
  #busy = false;
  #state = "waiting";
  #most = 0;

  get sources() { return [engine]; }

  build() {
    this.setAttribute("role", "status");
    this.dataset.testid = "check";
    this.#bar.max = 1;
    this.append(this.#words, this.#bar);
    startSoon();
  }

  /** Has the engine compute a map that the page has as `want`; only the last one asked for is told of, by "answer".
   * @param {(fovea: Fovea) => Promise<Map>} run @param {Map} want */
  ask(run, want) {
    this.#asked = { run, want };
    this.dataset.state = "waiting"; // the words stay until they are wrong
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#compute(), pause);
  }

  /** @returns {Promise<void>} */
  async #compute() {
    const asked = this.#asked;
    if (!asked || this.#busy || engine.state.phase !== "ready") return;
    this.#busy = true;
    try {
      const map = await asked.run(await engine.fovea());
      if (asked === this.#asked) {
        this.#most = difference(map, asked.want);
        this.#state = this.#most <= rounding ? "same" : "differs";
        this.dispatchEvent(new CustomEvent("answer", { detail: map }));
      }
    } catch (error) {
      this.#state = "failed";
      showProblem(this, "check", error);
    }
    this.#busy = false;
    if (asked !== this.#asked) return this.#compute();
    this.update();
  }

  #again() {
    this.#state = "waiting";
    showProblem(this, "check", null);
    startSoon();
  }

  update() {
    const { phase, load, error } = engine.state;
    if (phase === "ready" && this.#state === "waiting" && this.#asked) void this.#compute();
    const loading = phase === "idle" || phase === "loading";
    this.#bar.hidden = !loading;
    if (load.total) this.#bar.value = load.loaded / load.total;
    this.#bar.setAttribute("aria-label", t("lesson.check.loading"));
    if (phase === "failed" && this.#state !== "failed") {
      this.#state = "failed";
      showProblem(this, "check", error, { restart: () => this.#again() });
    }
    this.dataset.state = this.#state;
    setText(this.#words, loading ? t("lesson.check.loading")
      : this.#state === "same" ? t("lesson.check.same", { difference: small(this.#most) })
        : this.#state === "differs" ? t("lesson.check.differs", { difference: this.#most })
          : this.#state === "failed" ? t("lesson.check.failed") : t("lesson.check.computing"));
  }
}

define("fv-check", FvCheck);
