// Nets to begin with, for the data there is; their names are messages preset.<name>.
import { inputText } from "./adapt.js";

/** @import { Wanted } from "./adapt.js" */

/** The first one is what a page begins with. @param {Wanted} wanted @returns {Record<string, string>} */
export function presetsFor(wanted) {
  const [height = 1, width = 1, channels = 1] = wanted.input;
  const input = `INPUT ${inputText(wanted)}`;
  const end = `FC ${wanted.classes}`;
  const linear = `${input} -> ${end}`;
  if (Math.min(height, width) < 4) {
    return {
      hidden: `${input}\n-> [FC 16 -> TANH]*2\n-> ${end}`,
      linear,
      small: `${input}\n-> FC 4 -> TANH\n-> ${end}`,
      relu: `${input}\n-> [FC 32 -> RELU]*3\n-> ${end}`,
    };
  }
  const convnet = `${input}\n-> CONV 5x5x8 pad 2 -> RELU -> POOL 2\n-> CONV 5x5x16 pad 2 -> RELU -> POOL 2\n-> ${end}`;
  const blocks = `${input}\n-> [CONV 3x3x16 pad 1 -> RELU -> POOL 2]*2\n-> FC 64 -> RELU\n-> ${end}`;
  const lenet = `${input}\n-> CONV 5x5x6 pad 2 -> RELU -> POOL 2\n-> CONV 5x5x16 -> RELU -> POOL 2\n`
    + `-> FC 120 -> RELU\n-> FC 84 -> RELU\n-> ${end}`;
  const normalised = `${input}\n-> CONV 3x3x16 pad 1 -> BN -> RELU -> POOL 2\n-> CONV 3x3x32 pad 1 -> BN -> RELU -> POOL 2\n`
    + `-> CONV 3x3x64 pad 1 -> BN -> RELU\n-> GAP -> ${end}`;
  const roomy = Math.min(height, width) >= 12;
  if (channels === 1) return { convnet, linear, ...(roomy && { lenet }), blocks, normalised };
  return { normalised, convnet, linear, ...(roomy && { lenet }), blocks };
}

/** A net's text without what lines and spaces make of it. @param {string} text */
export const plain = (text) => text.replace(/\s+/g, " ").trim();

/** How many characters fit into a line of the editor, which never wraps. */
let columns = 48;

/** @param {number} count */
export function useColumns(count) {
  columns = Math.max(16, count);
}

/** The text with one block a line, where a line is too long for the editor; comments keep their lines. @param {string} text */
export function layOut(text) {
  if (text.includes("#") || text.split("\n").every((line) => line.length <= columns)) return text;
  const broken = text.includes("\n") ? text : text.replace(/\s*->\s*(?=\[*\s*(?:[A-Z]*CONV|FC)\b)/gi, "\n-> ");
  const blocks = broken.split("\n");
  return blocks.map(folded).join("\n");
}

/** A block that is too long goes on in lines that are set in. @param {string} block */
function folded(block) {
  const lines = [];
  let rest = block;
  while (rest.length > columns) {
    const cut = rest.lastIndexOf(" ->", columns);
    if (cut <= 3) break;
    lines.push(rest.slice(0, cut));
    rest = `   ${rest.slice(cut + 1)}`;
  }
  return [...lines, rest].join("\n");
}
