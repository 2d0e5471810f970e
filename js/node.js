// Fovea in Node.js: what package.json names for it. Threads take the place of Workers, and addresses of files are fetched too.

import { pathToFileURL } from "node:url";
import { platform } from "./platform.js";
import { Thread, fetchAnywhere } from "./thread.js";

export { Fovea, FoveaError } from "./fovea.js";

platform.worker = (url) => new Thread(new URL(url ?? "./worker.js", url ? platform.base() : import.meta.url), { name: "fovea" });
platform.base = () => pathToFileURL(`${process.cwd()}/`).href;
platform.fetch = fetchAnywhere;
