/** Nets to begin with; the names are in messages/<language>.json under preset.<name>. */
export const presets = {
  convnet: `INPUT 28x28x1
-> CONV 5x5x8 pad 2 -> RELU -> POOL 2
-> CONV 5x5x16 pad 2 -> RELU -> POOL 2
-> FC 10`,
  linear: `INPUT 28x28x1 -> FC 10`,
  lenet: `INPUT 28x28x1
-> CONV 5x5x6 pad 2 -> RELU -> POOL 2
-> CONV 5x5x16 -> RELU -> POOL 2
-> FC 120 -> RELU
-> FC 84 -> RELU
-> FC 10`,
  blocks: `INPUT 28x28x1
-> [CONV 3x3x16 pad 1 -> RELU -> POOL 2]*2
-> FC 64 -> RELU
-> FC 10`,
};

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
  const blocks = text.includes("\n") ? text.split("\n") : text.replace(/\s*->\s*(?=\[*\s*(?:[A-Z]*CONV|FC)\b)/gi, "\n-> ").split("\n");
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
