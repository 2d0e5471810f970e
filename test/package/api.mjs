// Makes pages of the API's types in a folder, the argument. The site's Content-Security-Policy allows neither scripts nor styles
// inside a page: the script that TypeDoc's pages have is put into a file, and the filters, whose styles it makes, are left out.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, PageEvent } from "typedoc";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const [out] = process.argv.slice(2);
if (!out) throw new Error("usage: node api.mjs FOLDER");

const app = await Application.bootstrap({
  name: "Fovea",
  entryPoints: ["fovea", "elements", "download"].map((name) => join(root, `js/${name}.d.ts`)),
  tsconfig: join(root, "tsconfig.json"),
  skipErrorChecking: true, // make check does it
  readme: "none",
  disableSources: true,
  hideGenerator: true,
  githubPages: false,
  visibilityFilters: {},
  logLevel: "Warn",
});

const scripts = new Set();
app.renderer.on(PageEvent.END, (page) => {
  const base = /data-base="([^"]*)"/.exec(page.contents ?? "")?.[1] ?? "./";
  page.contents = page.contents?.replace(/<script>([^]*?)<\/script>/g, (_, text) => {
    scripts.add(text);
    return `<script src="${base}assets/page.js"></script>`;
  }).replace("</head>", '<link rel="icon" href="data:,"></head>');
});

const project = await app.convert();
if (!project) process.exit(1);
await app.generateDocs(project, out);
if (app.logger.hasErrors()) process.exit(1);
if (scripts.size !== 1) throw new Error(`the pages of TypeDoc have ${scripts.size} scripts inside, where there was one`);
await writeFile(join(out, "assets/page.js"), scripts.values().next().value);

const main = join(out, "assets/main.js");
const parts = (await readFile(main, "utf8")).split('document.head.appendChild(document.createElement("style"))');
if (parts.length !== 2) throw new Error(`TypeDoc's script adds ${parts.length - 1} style sheets, where there was one`);
await writeFile(main, parts.join('document.createElement("style")'));
