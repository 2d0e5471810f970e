// Makes a net's text fit data of another size, and of other classes.

/** What data wants of a net. @typedef {{ input: number[], classes: number }} Wanted */

/** @param {Wanted} wanted */
export const inputText = ({ input }) => input.join("x");

/** The text with its comments blanked, so that places stay what they are. @param {string} text */
const withoutComments = (text) => text.replace(/#.*/g, (comment) => " ".repeat(comment.length));

/**
 * The text with its INPUT and its last layer changed: FC's number, or the filters of the last CONV where the net ends with GAP.
 * What it does not find it leaves.
 * @param {string} text @param {Wanted} wanted
 */
export function adapt(text, wanted) {
  const plain = withoutComments(text);
  const last = lastOf(plain, /\bFC(?:\s+"[^"]*")?\s+/gi, /\d+|\$\w+(?:\s*[-+*/]\s*(?:\d+|\$\w+))*|\([^)]*\)/y)
    ?? lastOf(plain, /\bCONV(?:\s+"[^"]*")?\s+(?:\d+x|\([^)]*\)x)+/gi, /\d+|\$\w+/y);
  const input = /\bINPUT\s+(?:\d+|\$\w+|\([^)]*\))(?:x(?:\d+|\$\w+|\([^)]*\)))*/i.exec(plain);
  let result = text;
  if (last) result = result.slice(0, last.from) + wanted.classes + result.slice(last.to); // the later place first: it moves none
  if (input) result = `${result.slice(0, input.index)}INPUT ${inputText(wanted)}${result.slice(input.index + input[0].length)}`;
  return result;
}

/** Where the number behind the last `word` stands. @param {string} text @param {RegExp} word @param {RegExp} number */
function lastOf(text, word, number) {
  const places = [...text.matchAll(word)];
  const place = places.at(-1);
  if (!place) return null;
  const from = place.index + place[0].length;
  number.lastIndex = from;
  const found = number.exec(text);
  return found && { from, to: from + found[0].length };
}
