// The pages of the API: the comments have no dead links, and the pages work under the site's Content-Security-Policy.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serve } from "../browser/server.mjs";
import { close, visit } from "./chromium.mjs";
import { folder } from "./project.mjs";

after(close);

test("pages are made of the types without a warning, and work", async () => {
  const place = await folder("api");
  const here = dirname(fileURLToPath(import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(here, "api.mjs"), place]);
  assert.equal(stdout + stderr, "");
  const site = await serve(place);
  try {
    // The list of all names is made by the scripts.
    const look = () => document.querySelectorAll(".tsd-navigation a").length > 10 && document.querySelector("h1")?.textContent;
    const pages = { "index.html": "Fovea", "classes/fovea.Fovea.html": "Class Fovea", "modules/fovea_elements.html": "Module fovea/elements" };
    for (const [page, heading] of Object.entries(pages)) {
      const { result, complaints } = await visit(`${site.url}${page}`, look);
      assert.deepEqual([complaints, result?.trim()], [[], heading]);
    }
  } finally {
    await site.close();
  }
});
