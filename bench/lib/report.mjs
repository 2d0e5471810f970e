// What was measured, as a table, as JSON and as Markdown. A line is a case beside one peer.

/** The lines of a case from its sides, as they are in JSON; what is not there is undefined. */
export function lines(c, sides) {
  const fovea = sides.find(({ name }) => name === "fovea") ?? {};
  const others = sides.filter(({ name }) => name !== "fovea");
  return (others.length ? others : [{}]).map((peer) => ({
    case: c.name, fovea_ms: round(fovea.ms), peer: peer.name, peer_ms: round(peer.ms),
    ratio: fovea.ms && peer.ms ? round(peer.ms / fovea.ms) : undefined, goal: c.goals?.[peer.name],
    fovea_range: range(fovea), peer_range: range(peer), fovea_best_ms: round(fovea.best), peer_best_ms: round(peer.best),
    fovea_on: fovea.on, peer_on: peer.on, fovea_bytes: fovea.bytes,
    fovea_error: fovea.failed, peer_error: peer.failed, peer_skipped: peer.skipped,
  }));
}

export const heading = row("case (median ms)", "Fovea", "range", "peer", "", "range", "peer/Fovea");

export function text(line) {
  const notes = [
    line.fovea_bytes && `${line.fovea_bytes} bytes`,
    line.fovea_error && `fovea: ${line.fovea_error}`,
    (line.peer_error ?? line.peer_skipped) && `${line.peer}: ${line.peer_error ?? line.peer_skipped}`,
  ];
  return [
    row(line.case, ms(line.fovea_ms), span(line.fovea_range), line.peer ?? "-", ms(line.peer_ms), span(line.peer_range),
      line.ratio?.toPrecision(3) ?? "-"),
    ...notes.filter(Boolean).map((note) => `    ${note}`),
  ].join("\n");
}

export const markdownHeading = "| case | Fovea | peer | ratio | goal |\n| --- | --- | --- | --- | --- |";

export function markdown(line) {
  const figure = (value, range) => (value === undefined ? "–" : `${ms(value)} (${range.map(ms).join("–")})`);
  const fovea = figure(line.fovea_ms, line.fovea_range) + (line.fovea_bytes ? `, ${line.fovea_bytes} bytes` : "");
  return `| ${line.case} | ${fovea} | ${line.peer ? `${line.peer}: ${figure(line.peer_ms, line.peer_range)}` : "–"} | ` +
    `${line.ratio ? `**${line.ratio.toPrecision(2)}**` : "–"} | ${line.goal ?? "–"} |`;
}

function round(value) { return value === undefined ? undefined : Number(value.toPrecision(4)); }
function range(side) { return side.ms === undefined ? undefined : [round(side.min), round(side.max)]; }
function ms(value) { return value === undefined ? "-" : value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0); }
function span(range) { return range ? range.map(ms).join("-") : "-"; }
function row(name, fovea, foveaRange, peer, peerMs, peerRange, ratio) {
  return [name.padEnd(36), fovea.padStart(7), foveaRange.padStart(13), `  ${peer.padEnd(13)}`, peerMs.padStart(7),
    peerRange.padStart(13), ratio.padStart(11)].join("");
}
