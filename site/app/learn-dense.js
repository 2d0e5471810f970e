// The lesson of fully connected layers as convolutions.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/dense/fv-dense-shape.js";
import "./learn/dense/fv-class-map.js";

await begin();
