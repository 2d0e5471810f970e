// The first page: pictures are classified.
import { begin } from "./shell/page.js";
import { desk } from "./classify/desk.js";
import { nets } from "./parts/nets.js";
import { FvRetina } from "./parts/fv-retina.js";
import "./parts/fv-pad.js";
import "./classify/fv-answer.js";
import "./classify/fv-backend-choice.js";
import "./classify/fv-examples.js";
import "./classify/fv-grid.js";
import "./classify/fv-many.js";
import "./classify/fv-net-choice.js";
import "./classify/fv-open-net.js";
import "./classify/fv-stage.js";
import "./classify/fv-where.js";

const retinaEvery = 200; // ms

await begin({ net: () => nets.state.current?.net ?? null });

// The network is loaded when the visitor comes near the place for pictures, or when nothing else is to be done: it is there when
// the first picture comes. Who saves data loads it by giving a picture.
const { saveData = false } = /** @type {any} */ (navigator).connection ?? {};
const early = () => nets.get(nets.idFor("mnist")).catch(() => {}); // who needs it is told
const stage = document.querySelector("fv-stage");
for (const interest of ["pointerenter", "focusin"]) stage?.addEventListener(interest, early, { once: true });
if (!saveData) (globalThis.requestIdleCallback ?? setTimeout)(early);

const retina = document.querySelector("fv-retina");
let shown = 0;
desk.addEventListener("change", () => {
  const { result } = desk.state;
  if (!result?.seen || !(retina instanceof FvRetina) || performance.now() - shown < retinaEvery) return;
  shown = performance.now();
  retina.show({ pixels: result.seen, shape: result.shape });
});
