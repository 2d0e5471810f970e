// The page of training.
import { begin } from "./shell/page.js";
import { lab } from "./train/lab.js";
import "./train/fv-alerts.js";
import "./train/fv-backends.js";
import "./train/fv-chart.js";
import "./train/fv-costs.js";
import "./train/fv-layers.js";
import "./train/fv-log.js";
import "./train/fv-net-editor.js";
import "./parts/fv-pad.js";
import "./train/fv-retina.js";
import "./train/fv-saves.js";
import "./train/fv-settings.js";
import "./train/fv-trainer.js";
import "./train/fv-try.js";


await begin({ net: () => lab.state.net });
await lab.start();
