// The page index.
import { begin } from "./shell/page.js";

await begin();
