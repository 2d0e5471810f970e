// Changes of the settings, to be taken back: buttons, Ctrl+Z anywhere in the section, and the list of what was changed.
import { define, find, make } from "../shell/dom.js";
import { has, language, number, t } from "../shell/i18n.js";
import { settingOf } from "./changes.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

/** @import { Change } from "./changes.js" */
/** @import { Settings } from "./settings.js" */

const listed = 8;

/** @param {Settings} settings @param {string} name */
function valueText(settings, name) {
  const value = settingOf(settings, name);
  if (typeof value === "number") return number(value, { useGrouping: false, maximumSignificantDigits: 6 });
  if (typeof value === "boolean") return t(value ? "changes.on" : "changes.off");
  return has(`${name}.${value}`) ? t(`${name}.${value}`) : String(value);
}

/** @param {Change} change */
function changeText({ names, before, after }) {
  const each = names.map((name) => (
    t("changes.one", { name: t(`settings.${name}`), before: valueText(before, name), after: valueText(after, name) })));
  return each.join(t("changes.and"));
}

class FvChanges extends LabElement {
  #shown = "";

  build() {
    this.innerHTML = `
      <div class="actions">
        <button class="small" type="button" data-testid="undo" data-i18n="changes.undo"></button>
        <button class="small" type="button" data-testid="redo" data-i18n="changes.redo"></button>
        <p class="hint" data-testid="last-change" role="status"></p>
      </div>
      <details data-testid="changes" hidden><summary data-i18n="changes.title"></summary><ol class="hint"
        data-testid="change-list"></ol></details>`;
    find(this, "undo", HTMLButtonElement).addEventListener("click", () => lab.undo());
    find(this, "redo", HTMLButtonElement).addEventListener("click", () => lab.redo());
    this.closest("section")?.addEventListener("keydown", (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(key) || lab.busy) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) lab.redo();
      else lab.undo();
    });
  }

  update() {
    const { done, undone } = lab.changes;
    this.hidden = done.length + undone.length === 0;
    find(this, "undo", HTMLButtonElement).disabled = done.length === 0 || lab.busy;
    find(this, "redo", HTMLButtonElement).disabled = undone.length === 0 || lab.busy;
    const last = done.at(-1);
    const text = last ? changeText(last) : "";
    const key = [text, done.length, language.code].join();
    if (key === this.#shown) return;
    this.#shown = key;
    find(this, "last-change", HTMLElement).textContent = text;
    find(this, "changes", HTMLElement).hidden = done.length < 2;
    const rows = done.slice(-listed).reverse().map((change) => make("li", "", changeText(change)));
    find(this, "change-list", HTMLElement).replaceChildren(...rows);
  }
}

define("fv-changes", FvChanges);
