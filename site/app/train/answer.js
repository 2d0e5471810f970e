// What a net says of a picture: the most probable classes, and what it saw.
import { imageOf } from "../data/draw.js";
import { find, make, setText } from "../shell/dom.js";
import { milliseconds, number, percent, t } from "../shell/i18n.js";
import { colour } from "../shell/fv-preferences.js";

/** @import { Classification } from "../../../js/fovea.d.ts" */

/** Shows an answer in a component's list and figure, or none. @param {HTMLElement} host @param {Classification | null} result
 * @param {string | null} label the right answer, where it is known */
export function showAnswer(host, result, label) {
  const list = find(host, "predictions", HTMLElement);
  const figure = /** @type {HTMLElement} */ (host.querySelector(".seen"));
  figure.hidden = list.hidden = !result;
  if (!result) {
    list.replaceChildren();
    return setText(find(host, "spoken", HTMLElement), "");
  }
  list.classList.toggle("words", result.some(({ label: name }) => name.length > 2));
  while (list.children.length > result.length) list.lastElementChild?.remove();
  result.forEach(({ label: name, probability }, i) => {
    const row = /** @type {HTMLElement} */ (list.children[i]
      ?? list.appendChild(make("li", "", make("bdi", "digit"), make("span", "meter", make("i")), make("span", "share"))));
    const bar = /** @type {HTMLElement} */ (row.querySelector("i"));
    setText(/** @type {Element} */ (row.children[0]), /^\d$/.test(name) ? number(Number(name)) : name);
    bar.style.inlineSize = `${100 * probability}%`;
    setText(/** @type {Element} */ (row.children[2]), percent(probability));
    row.dataset.label = name;
    row.dataset.testid = `prediction-${i + 1}`;
  });
  speak(host, result, label);
  if (result.seen) drawSeen(find(host, "seen", HTMLCanvasElement), result.seen, result.shape);
  else figure.hidden = true;
}

/** @param {HTMLElement} host @param {Classification} result @param {string | null} label */
function speak(host, result, label) {
  const [best] = result;
  if (!best) return;
  setText(find(host, "spoken", HTMLElement), t("try.spoken", { label: best.label, share: percent(best.probability, 0) }));
  const known = label === null ? "" : t(label === best.label ? "try.right" : "try.wrong", { label });
  setText(find(host, "try-time", HTMLElement), known || t("try.time", { time: milliseconds(result.ms) }));
}

/** A grey picture appears in the page's ink.
 * @param {HTMLCanvasElement} canvas @param {Uint8Array} seen @param {number[]} shape */
function drawSeen(canvas, seen, shape) {
  const image = imageOf(seen, shape);
  if (shape[2] === 1) {
    const [ink, paper] = [colour("--ink"), colour("--sunk")].map(rgb);
    for (let i = 0; i < image.data.length; i++) {
      const share = (seen[i >> 2] ?? 0) / 255;
      if (i % 4 < 3) image.data[i] = (paper?.[i % 4] ?? 0) * (1 - share) + (ink?.[i % 4] ?? 0) * share;
    }
  }
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** @param {string} hex Such as #13201b. */
function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
