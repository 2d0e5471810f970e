// What may stand where the caret is: layers behind an arrow, and what they may have behind their size.
import { findKind, input, kinds, wordsOf } from "./grammar.js";

/** `insert` takes the place of text from..to of the editor; of it the letters `select` are selected afterwards.
 * @typedef {{ label: string, insert: string, select: [number, number], layer: string }} Candidate */
/** @typedef {{ from: number, to: number, candidates: Candidate[] }} Completion */

const most = 60;

/**
 * @param {string} text
 * @param {number} caret
 * @returns {Completion | null} null where nothing can be said
 */
export function completionsAt(text, caret) {
  const before = text.slice(0, caret);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (line.includes("#") || /\w/.test(text[caret] ?? "")) return null;
  const chain = before.slice(startOfItem(before));
  const words = chain.trimStart().split(/\s+/);
  const prefix = words.at(-1) ?? "";
  if (!/^[A-Za-z]*\d?$/.test(prefix)) return null;
  const from = caret - prefix.length;
  const candidates = words.length === 1 ? layersFor(prefix, before) : optionsFor(words, prefix);
  const useful = candidates.filter(({ label }) => label.toUpperCase() !== prefix.toUpperCase()).slice(0, most);
  return useful.length > 0 ? { from, to: caret, candidates: useful } : null;
}

/** Where the layer begins that the text ends in. @param {string} text */
function startOfItem(text) {
  const marks = [...text.matchAll(/->|→|[[{|=;]/g)];
  const last = marks.at(-1);
  return last ? last.index + last[0].length : 0;
}

/** @param {string} prefix @param {string} before */
function layersFor(prefix, before) {
  const offered = /\S/.test(before.slice(0, before.length - prefix.length)) ? kinds : [input];
  return offered.filter(({ word }) => word.startsWith(prefix.toUpperCase())).map(({ word, example }) => candidate(example, word));
}

/** @param {string[]} words of the layer so far, the last being written @param {string} prefix */
function optionsFor(words, prefix) {
  const [first = ""] = words;
  const kind = findKind(first);
  if (!kind) return [];
  const size = kind.example.slice(kind.word.length + 1);
  const previous = words.at(-2) ?? "";
  if (size && words.length === 2) return prefix === "" ? [candidate(size, kind.word)] : [];
  const following = wordsOf[previous.toLowerCase()] ?? [];
  const options = kind.options.filter((option) => !words.slice(1, -1).includes(option.split(" ")[0] ?? ""));
  const offered = following.length > 0 ? following : options;
  return offered.filter((option) => option.startsWith(prefix.toLowerCase())).map((option) => candidate(option, kind.word));
}

/** Selected is what the writer will want to change: the size, or the number. @param {string} insert @param {string} layer
 * @returns {Candidate} */
function candidate(insert, layer) {
  const number = /[\d.]+(?:x\d+)*$/.exec(insert);
  return { label: insert, insert, select: number ? [number.index, insert.length] : [insert.length, insert.length], layer };
}
