// The lesson of pooling.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/pooling/fv-pooling.js";

await begin();
