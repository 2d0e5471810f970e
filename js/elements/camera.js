// A camera in a video element.
import { FoveaError } from "../fovea.js";
import { make } from "./dom.js";
import { aborted } from "./shared.js";

/**
 * By the DOMException's name: Fovea's code, the kind of remedy, and what happened.
 * @type {Record<string, [string, string, string]>}
 */
const refusals = {
  NotAllowedError: ["blocked", "camera-denied", "the camera is not allowed to this page"],
  SecurityError: ["blocked", "camera-denied", "the camera is not allowed to this page"],
  NotFoundError: ["unsupported", "camera-missing", "there is no camera"],
  OverconstrainedError: ["unsupported", "camera-missing", "there is no such camera"],
};

/** An error of the camera; `remedy` is the kind of advice it needs. */
export class CameraError extends FoveaError {
  /** @param {string} message @param {string} code @param {string} remedy @param {unknown} [cause] */
  constructor(message, code, remedy, cause) {
    super(message, { code, cause });
    this.remedy = remedy;
  }
}

export class Camera {
  video = make("video", { part: "video", label: "video" });
  /** @type {AbortController | null} */
  #opened = null;
  #onLost;

  /** @param {(error: FoveaError) => void} onLost it was open, and is gone */
  constructor(onLost) {
    this.#onLost = onLost;
    this.video.muted = this.video.playsInline = true;
  }

  get isOpen() { return this.#opened !== null; }

  /** Asks for the camera and shows what it sees. What is closed meanwhile is not opened. */
  async open() {
    this.close();
    const opened = this.#opened = new AbortController();
    try {
      const stream = await askFor();
      opened.signal.addEventListener("abort", () => stream.getTracks().forEach((track) => track.stop()));
      if (opened.signal.aborted) {
        stream.getTracks().forEach((track) => track.stop());
        throw aborted(opened.signal);
      }
      stream.getVideoTracks()[0]?.addEventListener("ended", () => {
        if (this.#opened !== opened) return;
        this.close();
        this.#onLost(new CameraError("the camera ended by itself", "unsupported", "camera-ended"));
      });
      this.video.srcObject = stream;
      await this.video.play();
    } catch (error) {
      if (this.#opened === opened) this.close();
      throw opened.signal.aborted && !(error instanceof FoveaError) ? aborted(opened.signal) : error;
    }
  }

  close() {
    this.#opened?.abort();
    this.#opened = null;
    this.video.srcObject = null;
  }
}

async function askFor() {
  if (!navigator.mediaDevices?.getUserMedia) {
    const message = "there is no navigator.mediaDevices: the page is not a secure context";
    throw new CameraError(message, "unsupported", "camera-insecure");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    const { name, message } = /** @type {DOMException} */ (error);
    const [code, remedy, what] = refusals[name] ?? ["unsupported", "camera-busy", "the camera does not start"];
    throw new CameraError(`${what}: ${message || name}`, code, remedy, error);
  }
}
