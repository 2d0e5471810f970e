// How own pictures are to be seen by nets, as it was the last time: their size, colours, and the share to test with.
import { remember, remembered } from "../shell/i18n.js";

/** @import { PicturesChoice } from "./sources.js" */

/** @typedef {Partial<Pick<PicturesChoice, "size" | "channels" | "test">>} PictureSettings */

const key = "fovea.data.pictures";

/** @returns {PictureSettings} */
export function lastSettings() {
  try {
    return JSON.parse(remembered(key) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {PictureSettings} settings */
export const keepSettings = ({ size, channels, test }) => remember(key, JSON.stringify({ size, channels, test }));
