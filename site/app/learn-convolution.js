// The lesson of convolution.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/convolution/fv-convolution.js";
import "./learn/convolution/fv-im2col.js";
import "./learn/convolution/fv-channels.js";

await begin();
