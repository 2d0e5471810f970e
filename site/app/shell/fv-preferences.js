// Language and theme, both remembered.
import { FvElement, define, find } from "./dom.js";
import { language, remember, remembered, t } from "./i18n.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The theme in force. @returns {"light" | "dark"} */
export function theme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
}

/** Drawings on canvas listen to this, since style sheets do not reach them. */
export const themeChanges = new EventTarget();
dark.addEventListener("change", () => themeChanges.dispatchEvent(new Event("change")));

export function applyTheme() {
  const chosen = remembered("fovea.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}

/** The value of a custom property. @param {string} name */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const other = { en: { code: "fa", name: "فارسی" }, fa: { code: "en", name: "English" } };

class FvPreferences extends FvElement {
  build() {
    this.innerHTML = `
      <button class="plain small" type="button" data-testid="language"></button>
      <button class="plain small" type="button" data-testid="theme">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="10" r="7.2" fill="none" stroke="currentColor" stroke-width="1.5"/>
          <path d="M10 2.8a7.2 7.2 0 0 1 0 14.4z" fill="currentColor"/></svg>
      </button>`;
    find(this, "language", HTMLButtonElement).addEventListener("click", () => language.choose(this.#other.code));
    find(this, "theme", HTMLButtonElement).addEventListener("click", () => {
      const next = theme() === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      remember("fovea.theme", next);
      themeChanges.dispatchEvent(new Event("change"));
      this.update();
    });
  }

  get #other() {
    return language.code === "fa" ? other.fa : other.en;
  }

  update() {
    const button = find(this, "language", HTMLButtonElement);
    button.textContent = this.#other.name;
    button.lang = this.#other.code;
    const toggle = find(this, "theme", HTMLButtonElement);
    const label = t(theme() === "dark" ? "theme.light" : "theme.dark");
    toggle.setAttribute("aria-label", label);
    toggle.title = label;
  }
}

define("fv-preferences", FvPreferences);
