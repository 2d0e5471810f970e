// Keeping the net on this device by itself, and files of it by hand.
import { FoveaError } from "../../../js/fovea.js";
import { remembered } from "../shell/i18n.js";
import { History } from "./history.js";
import { layOut } from "./presets.js";
import { settingsFrom } from "./settings.js";
import * as store from "./store.js";

/** @import { LabType } from "./lab.js" */

const mostClasses = 100; // of a confusion matrix that is kept

export class Keeping {
  #lab;
  /** @type {store.Saved | null} The newest save, in memory. */
  #saved = null;
  #saving = false;
  /** @type {Uint8Array<ArrayBuffer> | null} A file that waits for the answer. */
  #waiting = null;

  /** @param {LabType} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  async takeUp() {
    const lab = this.#lab;
    let saved = this.#saved;
    try {
      saved ??= await store.read();
    } catch (error) {
      return lab.problem("train", error, { code: "restore" });
    }
    if (!saved) return;
    try {
      await this.#openSaved(saved);
      if (saved.session?.choice && !remembered("fovea.draft")) await lab.choose(saved.session.choice);
    } catch (error) {
      this.#saved = saved; // "Save to file" still offers it
      lab.problem("train", error, { code: "restore", action: "save-file" });
    }
  }

  /** @param {store.Saved} saved */
  async #openSaved({ session, bytes }) {
    const lab = this.#lab;
    if (!lab.fovea) throw new FoveaError("Fovea has not started yet", { code: "closed" });
    const info = await lab.fovea.inspect(bytes);
    const settings = settingsFrom({ ...info, ...session?.settings });
    const text = session?.text ?? info.text;
    const net = await lab.fovea.net(text, {
      backend: lab.state.wanted ?? "auto", seed: settings.seed, ...(info.classes?.length && { classes: info.classes }),
    });
    try {
      await net.restore(bytes.slice());
    } catch (error) {
      void net.close().catch(() => {});
      throw error;
    }
    const { step, steps, epoch, epochs } = info;
    const history = session?.history ? History.from(session.history) : History.from({ training: info.history });
    history.rewind(step);
    await lab.state.net?.close().catch(() => {});
    this.#saved = { session, bytes };
    lab.set({
      net, netText: text, netSettings: settings, netChoice: session?.choice ?? lab.state.choice, history,
      position: { step, steps, epoch, epochs },
      phase: step > 0 && step >= steps ? "done" : "stopped", savedAt: session?.time ?? 0, progress: null, asking: null,
      result: session?.result?.step === step ? session.result : null, lastValidation: session?.lastValidation ?? null,
    });
    if (!remembered("fovea.draft")) lab.edit(layOut(text));
  }

  #session() {
    const { netText, netSettings, netChoice, history, result, lastValidation } = this.#lab.state;
    const confusion = lastValidation && lastValidation.confusion.length <= mostClasses ? lastValidation : null;
    return {
      version: 2, text: netText, settings: netSettings, choice: netChoice, history: history.toJSON(), result,
      lastValidation: confusion, time: Date.now(),
    };
  }

  async save() {
    const lab = this.#lab;
    const { net } = lab.state;
    if (!net || this.#saving) return;
    this.#saving = true;
    try {
      const bytes = new Uint8Array(await (await net.toBlob()).arrayBuffer());
      if (net !== lab.state.net) return;
      this.#saved = { session: this.#session(), bytes };
      if (!lab.state.keeper) return;
      await store.write(this.#saved);
      lab.set({ savedAt: Date.now(), storageFailed: false });
    } catch (error) {
      if (!lab.state.storageFailed) lab.problem("saves", error, { code: "storage" });
      lab.set({ storageFailed: true });
    } finally {
      this.#saving = false;
    }
  }

  /** @returns {Promise<File | null>} */
  async file() {
    const { net, netChoice } = this.#lab.state;
    let bytes = this.#saved?.bytes;
    if (net) bytes = new Uint8Array(await (await net.toBlob()).arrayBuffer());
    if (!bytes) return null;
    const step = (await this.#lab.fovea?.inspect(bytes))?.step ?? 0;
    return new File([bytes], `fovea-${netChoice?.kind ?? "net"}-step-${step}.safetensors`, { type: "application/octet-stream" });
  }

  /** @param {Blob} blob */
  async open(blob) {
    const lab = this.#lab;
    lab.clearProblem("saves");
    try {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      await lab.fovea?.inspect(bytes); // a wrong file is told at once, and touches nothing
      this.#waiting = bytes;
      if (lab.state.net) return lab.set({ asking: "open" });
      await this.openWaiting();
    } catch (error) {
      lab.problem("saves", error);
    }
  }

  forgetWaiting() {
    this.#waiting = null;
  }

  async openWaiting() {
    const lab = this.#lab;
    const bytes = this.#waiting;
    this.#waiting = null;
    lab.set({ asking: null });
    if (!bytes) return;
    await lab.endTraining();
    try {
      await this.#openSaved({ session: null, bytes });
      lab.edit(layOut(lab.state.netText));
      lab.notice("opened", "", { step: lab.state.position.step });
      await this.save();
    } catch (error) {
      lab.problem("saves", error);
    }
  }
}
