// The page of handwritten digits.
import "uplot/dist/uPlot.min.css";
import { language } from "./i18n.js";
import { lab } from "./lab.js";
import { applyTheme } from "./fv-preferences.js";
import { isolate } from "./isolate.js";
import "./fv-alerts.js";
import "./fv-backends.js";
import "./fv-chart.js";
import "./fv-costs.js";
import "./fv-layers.js";
import "./fv-log.js";
import "./fv-net-editor.js";
import "./fv-pad.js";
import "./fv-retina.js";
import "./fv-saves.js";
import "./fv-settings.js";
import "./fv-trainer.js";
import "./fv-try.js";

applyTheme();
await isolate();
await language.start();
if (new URLSearchParams(location.search).has("test")) {
  window.foveaTest = { get fovea() { return lab.fovea; }, get net() { return lab.state.net; } };
}
await lab.start();
