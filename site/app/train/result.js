// What came of a training: how good the net is on samples it has never met, and the net to take away.
import { FoveaError } from "../../../js/fovea.js";
import { zipped } from "./zip.js";

/** @import { LabType } from "./lab.js" */

/** @typedef {"safetensors" | "onnx" | "folder" | "html"} Format */

export class Result {
  #lab;
  #turn = 0;

  /** @param {LabType} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** Evaluates the net on the test set. @param {number} bestEpoch pass that the net has its weights of; 0: the last */
  async examine(bestEpoch) {
    const lab = this.#lab;
    const { net, data, position } = lab.state;
    if (!net || !data?.test.count || position.step === 0) return;
    const turn = ++this.#turn;
    lab.set({ examining: true });
    try {
      const { accuracy, loss, count } = await net.evaluate(data.test);
      if (turn !== this.#turn || net !== lab.state.net || lab.busy) return;
      lab.set({ result: { accuracy, loss, count, step: position.step, bestEpoch } });
      await lab.save();
    } catch (error) {
      lab.problem("result", error);
    } finally {
      if (turn === this.#turn) lab.set({ examining: false });
    }
  }

  #net() {
    if (!this.#lab.state.net) throw new FoveaError("there is no net yet", { code: "argument" });
    return this.#lab.state.net;
  }

  /** @param {string} name */
  saveAs(name) {
    return this.#net().save(name);
  }

  /** @param {Format} format @returns {Promise<File>} */
  async exported(format) {
    const net = this.#net();
    const { netChoice, position, data } = this.#lab.state;
    const name = `fovea-${netChoice?.kind ?? "net"}-step-${position.step}`;
    if (format === "safetensors" || format === "onnx") return new File([await net.toBlob(format)], `${name}.${format}`);
    const { html, files } = await net.toStandalone({ title: data?.title ?? "Fovea" });
    if (format === "html") return new File([html], `${name}.html`, { type: "text/html" });
    return new File([await zipped(files, name)], `${name}.zip`, { type: "application/zip" });
  }
}
