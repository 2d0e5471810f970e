// The lesson of parameters and memory.
import { begin } from "./shell/page.js";
import "./learn/frame.js";
import "./learn/memory/fv-memory.js";

await begin();
