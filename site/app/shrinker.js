// The Worker that makes files into pictures of collections.
import { BrokenPicture, shrunk } from "./data/shrink.js";

addEventListener("message", async ({ data: { number, file } }) => {
  try {
    postMessage({ number, kept: await shrunk(file) });
  } catch (error) {
    postMessage({ number, reason: error instanceof BrokenPicture ? error.reason : "unknown" });
  }
});
