// The lesson of the receptive field.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/field/fv-field.js";

await begin();
