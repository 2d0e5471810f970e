// What was measured, as a table, as JSON and as Markdown. A line is a case beside one peer.

/** The lines of a case from its sides. */
export function lines(c, sides) {
  const fovea = sides.find(({ name }) => name === "fovea") ?? {};
  const others = sides.filter(({ name }) => name !== "fovea");
  return (others.length ? others : [{}]).map((peer) => ({
    name: c.name, fovea, peer, goal: c.goals?.[peer.name], ratio: fovea.ms && peer.ms ? peer.ms / fovea.ms : undefined,
  }));
}

export const heading = row("case (median ms)", "Fovea", "range", "peer", "", "range", "peer/Fovea");

export function text({ name, fovea, peer, ratio }) {
  const reasons = [fovea, peer].filter((side) => side.failed || side.skipped)
    .map((side) => `\n    ${side.name}: ${side.failed ?? side.skipped}`);
  return row(name, ms(fovea.ms), range(fovea), peer.name ?? "-", ms(peer.ms), range(peer), ratio?.toPrecision(3) ?? "-") +
    (fovea.bytes ? `\n    ${fovea.bytes} bytes` : "") + reasons.join("");
}

export function json({ name, fovea, peer, ratio }) {
  return {
    case: name, fovea_ms: round(fovea.ms), peer: peer.name, peer_ms: round(peer.ms), ratio: round(ratio),
    fovea_best_ms: round(fovea.best), peer_best_ms: round(peer.best), fovea_on: fovea.on, peer_on: peer.on, fovea_bytes: fovea.bytes,
    fovea_error: fovea.failed, peer_error: peer.failed, peer_skipped: peer.skipped,
  };
}

export const markdownHeading = "| case | Fovea | peer | ratio | goal |\n| --- | --- | --- | --- | --- |";

export function markdown({ name, fovea, peer, ratio, goal }) {
  const figure = (side) => (side.ms === undefined ? "–" : `${ms(side.ms)} (${ms(side.min)}–${ms(side.max)})`);
  return `| ${name} | ${figure(fovea)} | ${peer.name ? `${peer.name}: ${figure(peer)}` : "–"} | ` +
    `${ratio ? `**${ratio.toPrecision(2)}**` : "–"} | ${goal ?? "–"} |`;
}

function round(value) { return value === undefined ? undefined : Number(value.toPrecision(4)); }
function ms(value) { return value === undefined ? "-" : value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0); }
function range(side) { return side.ms === undefined ? "-" : `${ms(side.min)}-${ms(side.max)}`; }
function row(name, fovea, foveaRange, peer, peerMs, peerRange, ratio) {
  return [name.padEnd(36), fovea.padStart(7), foveaRange.padStart(13), `  ${peer.padEnd(13)}`, peerMs.padStart(7),
    peerRange.padStart(13), ratio.padStart(11)].join("");
}
