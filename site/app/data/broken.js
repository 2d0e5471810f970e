// Lines of files that could not be read.
import { english, make } from "../shell/dom.js";
import { t } from "../shell/i18n.js";

/** @import { Broken } from "./shelf.js" */

const most = 200;

/** A line for each, with the reason. @param {Broken[]} broken */
export function brokenLines(broken) {
  const lines = broken.slice(0, most).map(({ name, reason }) => (
    make("li", "", english(name, "file-name"), " ", make("span", "hint", t(`data.broken.${reason}`)))));
  if (broken.length > most) lines.push(make("li", "hint", t("data.broken.more", { count: broken.length - most })));
  return lines;
}
