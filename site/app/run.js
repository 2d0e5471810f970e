// The page of runs: a card from a link or a file, and the runs kept on this device.
import { begin } from "./shell/page.js";
import "./runs/fv-replay.js";
import "./runs/fv-run-page.js";
import "./runs/fv-run-view.js";
import "./runs/fv-runs.js";

await begin();
