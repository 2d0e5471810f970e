// The lesson of what helps training.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/training/fv-training.js";

await begin();
