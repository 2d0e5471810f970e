// The page doctor.
import { begin } from "./shell/page.js";

await begin();
