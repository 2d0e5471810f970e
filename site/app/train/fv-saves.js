// Keeping the net: on this device by itself, to a file and from a file by hand.
import { define, find, offer, setText } from "../shell/dom.js";
import { clock, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

/** Hands the net to the browser as a download. @returns {Promise<boolean>} whether it could be */
export async function download() {
  try {
    const file = await lab.file();
    if (!file) return false;
    offer(file);
    return true;
  } catch (error) {
    lab.problem("saves", error);
    return false;
  }
}

class FvSaves extends LabElement {
  build() {
    this.innerHTML = `
      <h3 data-i18n="saves.title"></h3>
      <p class="hint" data-testid="saved"></p>
      <div class="actions">
        <button class="small" type="button" data-testid="save-file" data-i18n="saves.save"></button>
        <button class="small" type="button" data-testid="load-file" data-i18n="saves.load"></button>
        <input class="visually-hidden" type="file" accept=".safetensors" data-testid="load-input" data-i18n-label="saves.load"
          tabindex="-1">
      </div>
      <fv-alerts place="saves"></fv-alerts>`;
    const input = find(this, "load-input", HTMLInputElement);
    find(this, "save-file", HTMLButtonElement).addEventListener("click", () => download());
    find(this, "load-file", HTMLButtonElement).addEventListener("click", () => input.click());
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      if (file) await lab.open(file);
      input.value = "";
    });
    addEventListener("beforeunload", (event) => {
      const { storageFailed, keeper, phase } = lab.state;
      if ((storageFailed || !keeper) && (phase === "running" || phase === "paused")) event.preventDefault();
    });
  }

  update() {
    const { net, savedAt, storageFailed, keeper, engine } = lab.state;
    const saved = find(this, "saved", HTMLElement);
    saved.dataset.time = String(savedAt);
    if (!keeper) setText(saved, t("saves.other-tab"));
    else if (storageFailed) setText(saved, t("saves.failed"));
    else setText(saved, net && savedAt ? t("saves.at", { time: clock(savedAt) }) : t("saves.will"));
    find(this, "save-file", HTMLButtonElement).disabled = !net;
    find(this, "load-file", HTMLButtonElement).disabled = engine !== "ready";
  }
}

define("fv-saves", FvSaves);
