// Keeps the site on the device, by the service worker sw.js, and says in the footer how far that is.
import { make } from "./dom.js";
import { language, percent, t } from "./i18n.js";

/** @typedef {"none" | "keeping" | "kept" | "new" | "full" | "failed"} Offline */

const state = { phase: /** @type {Offline} */ ("none"), share: 0, detail: "" };

/** The service worker of this page: registered once, for it isolates the page, too. */
export const register = () => navigator.serviceWorker.register("sw.js");

/** Asks the service worker to keep the site, and shows that in the footer. Nothing depends on it: where it cannot be had, the site
 * works online as before. */
export async function keepOffline() {
  const place = document.querySelector('[data-testid="offline"]');
  if (!(place instanceof HTMLElement) || !navigator.serviceWorker || !globalThis.isSecureContext) return;
  const show = (/** @type {Partial<typeof state>} */ changes) => {
    Object.assign(state, changes);
    place.dataset.state = state.phase;
    const values = { share: percent(state.share, 0), reason: state.detail };
    const text = state.phase === "none" ? "" : t(`offline.${state.phase}`, values);
    if (place.firstChild?.textContent === text && state.phase !== "new") return;
    place.replaceChildren(text);
    if (state.phase === "new") place.append(" ", replaceButton());
  };
  language.addEventListener("change", () => show({}));
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (state.phase === "new") return;
    if (data.failed) return show({ phase: data.full ? "full" : "failed", detail: data.failed });
    show(data.kept === data.of ? { phase: "kept" } : { phase: "keeping", share: data.kept / data.of });
  });
  try {
    const registration = await register();
    const waits = () => { if (registration.waiting && navigator.serviceWorker.controller) show({ phase: "new" }); };
    waits();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", waits));
    (await navigator.serviceWorker.ready).active?.postMessage("keep");
  } catch (error) {
    show({ phase: "failed", detail: String(/** @type {any} */ (error)?.message ?? error) });
  }
}

function replaceButton() {
  const button = make("button", "small", t("offline.replace"));
  button.type = "button";
  button.dataset.testid = "offline-replace";
  button.addEventListener("click", async () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    (await navigator.serviceWorker.getRegistration())?.waiting?.postMessage("replace");
  });
  return button;
}
