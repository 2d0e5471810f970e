// The page that measures this device.
import { begin } from "./shell/page.js";
import "./bench/fv-measure.js";

await begin();
