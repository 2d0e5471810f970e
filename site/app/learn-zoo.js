// The lesson of famous networks.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/zoo/fv-zoo.js";

await begin();
