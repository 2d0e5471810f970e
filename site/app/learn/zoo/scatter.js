// Famous nets by parameters and by the accuracy that ImageNet measured.
import { svg } from "../../shell/dom.js";
import { number, t } from "../../shell/i18n.js";
import { facts, leastParameters, leastTop1, mostParameters, mostTop1, placeOf } from "./facts.js";

/** @import { Fact } from "./facts.js" */

/** Of the drawing and its margins, in pixels where nothing is scaled; a phone gets one that fits it, with letters as large. */
const sizes = { wide: { width: 640, height: 350 }, narrow: { width: 340, height: 330 } };
const [left, bottom, right, top] = [36, 54, 20, 28];

/** Where a net's name stands by its point, so that none lies on another. @type {Record<string, [number, number, string]>} */
const labels = {
  resnet152: [0, -12, "middle"], alexnet: [0, -12, "middle"], vgg16: [0, -12, "middle"], inception_v3: [-11, 5, "end"],
  googlenet: [-11, 5, "end"], mobilenet_v2: [0, -12, "middle"],
};
const usual = /** @type {const} */ ([11, 5, "start"]);

/** @param {Record<string, string | number>} attributes @param {string} words */
const text = (attributes, words) => svg("text", attributes, document.createTextNode(words));

/**
 * @param {SVGElement} drawing
 * @param {Fact} chosen
 * @param {{ narrow: boolean, choose: (fact: Fact) => void }} how
 */
export function scatter(drawing, chosen, { narrow, choose }) {
  const { width, height } = narrow ? sizes.narrow : sizes.wide;
  const x = (/** @type {number} */ share) => left + share * (width - left - right);
  const y = (/** @type {number} */ share) => height - bottom - share * (height - bottom - top);
  const across = [1, 3, 10, 30, 100].map((p) => (
    { p, at: x(Math.log(p / leastParameters) / Math.log(mostParameters / leastParameters)) }));
  const lines = [55, 60, 65, 70, 75, 80].map((p) => ({ p, at: y((p - leastTop1) / (mostTop1 - leastTop1)) }));
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing.replaceChildren(
    ...lines.map(({ at }) => svg("line", { x1: left, x2: width - 8, y1: at, y2: at })),
    ...lines.map(({ p, at }) => text({ x: left - 8, y: at + 4, "text-anchor": "end" }, number(p))),
    ...across.map(({ p, at }) => text({ x: at, y: height - bottom + 20, "text-anchor": "middle" }, number(p))),
    text({ x: width - 8, y: height - 8, "text-anchor": "end", class: "axis" }, t("learn-zoo.axis-x")),
    text({ x: 4, y: 12, "text-anchor": "start", class: "axis" }, t("learn-zoo.axis-y")),
    ...facts.filter(({ top1 }) => top1).map((fact) => {
      const place = placeOf(fact);
      const [cx, cy] = [x(place.x), y(place.y)];
      const [dx, dy, anchor] = labels[fact.name] ?? usual;
      const point = svg("g", { class: fact === chosen ? "net chosen" : "net" },
        svg("circle", { cx, cy, r: fact === chosen ? 8 : 6 }),
        text({ x: cx + dx, y: cy + dy, "text-anchor": anchor }, fact.title));
      point.addEventListener("click", () => choose(fact));
      return point;
    }));
}
