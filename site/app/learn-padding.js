// The lesson of padding.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/padding/fv-padding.js";

await begin();
