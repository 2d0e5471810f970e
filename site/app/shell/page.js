// What every page begins with.
import { components } from "./dom.js";
import { engine } from "./engine.js";
import { applyTheme } from "./fv-preferences.js";
import { language } from "./i18n.js";
import { isolate } from "./isolate.js";
import { keepOffline } from "./offline.js";

/**
 * Resolves when the page has its appearance, its isolation, its language and its components. A page that is opened with ?test in
 * its address gives tests the program, and what `hooks` says.
 * @param {Record<string, () => unknown>} [hooks]
 */
export async function begin(hooks = {}) {
  applyTheme();
  await isolate();
  await language.start();
  await components();
  document.documentElement.dataset.ready = "";
  const later = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 500));
  later(() => keepOffline()); // it shares the line with what the page itself needs
  if (!new URLSearchParams(location.search).has("test")) return;
  const given = { fovea: () => engine.running, ...hooks };
  window.foveaTest = /** @type {Window["foveaTest"]} */ (Object.defineProperties({}, Object.fromEntries(
    Object.entries(given).map(([name, get]) => [name, { get, enumerable: true }]))));
}
