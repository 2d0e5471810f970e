// Results as a table for spreadsheets (RFC 4180).

/** A cell. A spreadsheet would take text that begins like a formula for one, and names of files come from anywhere: an apostrophe
 * in front makes it text (OWASP, "CSV Injection"). @param {string | number} value */
function cell(value) {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The table, beginning with the mark by which spreadsheets know UTF-8.
 * @param {(string | number)[][]} rows
 */
export const csv = (rows) => `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
