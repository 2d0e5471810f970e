// The page learn.
import { begin } from "./shell/page.js";

await begin();
