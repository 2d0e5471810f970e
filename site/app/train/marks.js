// The net's text in colours: which word is what, and where something is wrong.

/** Layer words and the colour they have here and in the drawing. */
const colours = [
  { test: /^(CONV\w*|DWCONV|DECONV)$/i, name: "conv" },
  { test: /^(\w*POOL\w*|GAP|GMP)$/i, name: "pool" },
  { test: /^(FC|LINEAR|DENSE)$/i, name: "full" },
  { test: /^INPUT$/i, name: "input" },
];

/** Which colour a layer's first word has. @param {string} word */
export const kindOf = (word) => colours.find(({ test }) => test.test(word))?.name ?? "other";

/** A place in a text, counted from 1 in characters. @typedef {{ line: number, column: number, length: number }} Place */

/** Offset in `text` of a place. @param {string} text @param {Place} place */
function offset(text, { line, column }) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
  const inLine = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length; // columns count characters
  return Math.min(text.length, before + inLine);
}

/** @param {string} text @param {Place} place */
export function span(text, place) {
  const start = offset(text, place);
  const length = [...text.slice(start)].slice(0, place.length).join("").length;
  return { start, end: Math.max(start + 1, start + length) };
}

/** The text cut into pieces with the classes of each. @param {string} text @param {Place | null} wrong
 * @param {Place | null} pointed
 * @returns {{ text: string, classes: string[] }[]} */
export function marked(text, wrong, pointed) {
  const error = wrong && wrong.line > 0 ? span(text, wrong) : null;
  const point = pointed && pointed.line > 0 ? span(text, pointed) : null;
  const cuts = new Set([0, text.length, error?.start, error?.end, point?.start, point?.end].filter((c) => c !== undefined));
  for (const { 0: word, index } of text.matchAll(/#.*|\b[A-Za-z]\w*|->|→/g)) cuts.add(index).add(index + word.length);
  const places = [...cuts].sort((a, b) => a - b);
  const pieces = places.slice(0, -1).map((start, i) => {
    const content = text.slice(start, places[i + 1]);
    const classes = [];
    if (text.slice(text.lastIndexOf("\n", start - 1) + 1, start + 1).includes("#")) classes.push("comment");
    else if (content === "->" || content === "→") classes.push("arrow");
    else if (kindOf(content) !== "other") classes.push("word", kindOf(content));
    if (error && start >= error.start && start < error.end) classes.push("wrong");
    if (point && start >= point.start && start < point.end) classes.push("pointed");
    return { text: content, classes };
  });
  // An error at the very end of the text still needs something to underline.
  if (error && error.start >= text.length) pieces.push({ text: " ", classes: ["wrong"] });
  return pieces;
}
