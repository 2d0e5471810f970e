// The camera in a video element, and pictures from it.
import { DataError } from "./errors.js";

/** What getUserMedia's refusals mean, by the exception's name. @type {Record<string, string>} */
const refusals = {
  NotAllowedError: "camera-denied", SecurityError: "camera-denied",
  NotFoundError: "camera-missing", OverconstrainedError: "camera-missing",
};

const longest = 480; // pixels of the longer side of a picture that is taken
const quality = 0.92;

export class Camera {
  video = document.createElement("video");
  /** @type {MediaStream | null} */
  #stream = null;
  #wanted = 0;

  constructor() {
    this.video.muted = this.video.playsInline = true;
  }

  get isOpen() { return this.#stream !== null; }

  /** Asks for the camera. What is closed meanwhile is not opened. @param {() => void} onLost it was open, and is gone */
  async open(onLost) {
    this.close();
    const turn = this.#wanted;
    const stream = await ask();
    if (turn !== this.#wanted) return stop(stream);
    this.#stream = stream;
    stream.getVideoTracks()[0]?.addEventListener("ended", () => {
      if (this.#stream !== stream) return;
      this.close();
      onLost();
    });
    this.video.srcObject = stream;
    await this.video.play().catch(() => {}); // closed before it began
  }

  close() {
    this.#wanted++;
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.video.srcObject = null;
  }

  /** What it sees now; null before it sees anything. @returns {Promise<Blob | null>} */
  async picture() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return null;
    const scale = Math.min(1, longest / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
  }
}

/** @param {MediaStream} stream */
const stop = (stream) => stream.getTracks().forEach((track) => track.stop());

async function ask() {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new DataError("camera-missing", "no navigator.mediaDevices: the page is not a secure context");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    const { name, message } = /** @type {DOMException} */ (error);
    throw new DataError(refusals[name] ?? "camera-busy", message || name, error);
  }
}
