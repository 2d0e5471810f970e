// The page finetune.
import { begin } from "./shell/page.js";

await begin();
