// The page run.
import { begin } from "./shell/page.js";

await begin();
