// The engine's phase without its progress: parts that draw much need not draw it anew with each piece of the program that comes.
import { engine } from "../shell/engine.js";

/** Fires "change" when the engine starts, is ready or has failed. */
export const enginePhase = new EventTarget();

let { phase } = engine.state;
engine.addEventListener("change", () => {
  if (phase === engine.state.phase) return;
  ({ phase } = engine.state);
  enginePhase.dispatchEvent(new Event("change"));
});
