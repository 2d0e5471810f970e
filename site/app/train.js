// The page of training.
import { begin } from "./shell/page.js";
import { find } from "./shell/dom.js";
import { lab } from "./train/lab.js";
import { sameChoice } from "./train/learning-data.js";
import "./data/fv-data.js";
import "./parts/fv-pad.js";
import "./runs/fv-run-card.js";
import "./runs/fv-run-panels.js";
import "./runs/fv-time-budget.js";
import "./train/fv-alerts.js";
import "./train/fv-augment.js";
import "./train/fv-backends.js";
import "./train/fv-boundary.js";
import "./train/fv-changes.js";
import "./train/fv-chart.js";
import "./train/fv-costs.js";
import "./train/fv-layers.js";
import "./train/fv-log.js";
import "./train/fv-net-editor.js";
import "./train/fv-result.js";
import "./train/fv-saves.js";
import "./train/fv-settings.js";
import "./train/fv-trainer.js";
import "./train/fv-try.js";
import "./train/fv-zoo.js";

await begin({ net: () => lab.state.net });

/** What is chosen there is learned from here, and what is put back here is shown there. */
const chooser = /** @type {import("./data/fv-data.js").FvData} */ (find(document, "data", HTMLElement));
let shown = lab.state.choice;
chooser.choice = shown;
chooser.addEventListener("choose", () => lab.choose(chooser.choice));
lab.addEventListener("change", () => {
  const { choice, chosen } = lab.state;
  if (!chosen || choice === shown) return;
  shown = choice;
  if (!chooser.choice || !sameChoice(chooser.choice, choice)) chooser.choice = choice;
});

await lab.start();
