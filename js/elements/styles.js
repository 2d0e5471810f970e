// How the elements look. Colours follow the color-scheme of the element, which it has from the page unless it is given one;
// every one of them, the radius and the font can be set from outside by a custom property, and every part by ::part().

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host {
  --sheet: var(--fovea-background, light-dark(#fcfdfb, #141b19));
  --sunk: var(--fovea-sunk, light-dark(#eef1ec, #1c2523));
  --ink: var(--fovea-ink, light-dark(#13201b, #e8eeea));
  --soft: var(--fovea-soft, light-dark(#4f5e57, #a3b1aa));
  --line: var(--fovea-line, light-dark(#d3dad3, #2f3b36));
  --edge: var(--fovea-edge, light-dark(#7d8b84, #73827b));
  --accent: var(--fovea-accent, light-dark(#2447c9, #93a9ff));
  --on-accent: var(--fovea-on-accent, light-dark(#ffffff, #0b1230));
  --check: var(--fovea-check, light-dark(#0b7250, #5fcf9f));
  --wrong: var(--fovea-wrong, light-dark(#c02f1d, #ff9580));
  --wrong-wash: var(--fovea-wrong-background, light-dark(#fbe5df, #43201a));
  --radius: var(--fovea-radius, 12px);
  display: block; position: relative; container-type: inline-size; box-sizing: border-box; padding: 1rem;
  background: var(--sheet); color: var(--ink); border: 1px solid var(--line); border-radius: var(--radius);
  font-family: var(--fovea-font, inherit); line-height: 1.5; font-variant-numeric: tabular-nums;
  overflow-wrap: break-word; text-align: start;
}
*, *::before, *::after { box-sizing: border-box; }
:host([hidden]), [hidden] { display: none !important; }
p, ul, ol, figure { margin: 0; padding: 0; font-size: inherit; }
ul, ol { list-style: none; }
canvas, video, svg { display: block; max-inline-size: 100%; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

[part="view"], [part="side"], [part="run"], [part="after"], [part="samples"], [part="class"] {
  display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; align-content: start;
}
[part="view"] { gap: 1rem; }
[part="actions"] { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
button {
  font: inherit; font-size: 0.9375rem; font-weight: 600; line-height: 1.25; color: var(--ink); background: transparent;
  border: 1px solid var(--edge); border-radius: 999px; padding: 0.5rem 1rem; min-block-size: 2.75rem; min-inline-size: 2.75rem;
  cursor: pointer; touch-action: manipulation;
}
button:hover:enabled { background: var(--sunk); border-color: var(--ink); }
button:disabled { opacity: 0.5; cursor: not-allowed; }
button[part~="primary"] {
  background: var(--accent); border-color: var(--accent); color: var(--on-accent); padding-inline: 1.5rem;
}
button[part~="primary"]:hover:enabled { background: var(--ink); border-color: var(--ink); color: var(--sheet); }
[part~="note"], [part="hint"], [part="count"], [part="loading-text"] { color: var(--soft); font-size: 0.875rem; }
/* What is empty takes no place, and still is there for screen readers to see it change. */
:is(p, ul):empty { position: absolute; }
[part="english"] { unicode-bidi: isolate; }

/* What is said: errors in sight, the rest for screen readers. */
[part="problem"] { display: grid; gap: 0.25rem; }
[part="problem"]:not(:empty) {
  margin-block-start: 1rem; padding: 0.75rem 1rem; background: var(--wrong-wash); border-inline-start: 4px solid var(--wrong);
  border-radius: 6px;
}
[part="problem"] strong { font-weight: 600; }
[part="problem"] [part="english"] { font-size: 0.8125rem; overflow-wrap: anywhere; }
[part="spoken"] {
  position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}

[part="loading"] { display: grid; grid-template-columns: 1fr auto; gap: 0.5rem 1rem; align-items: center; }
[part="loading-text"] { grid-column: 1 / -1; }
[part~="again"] { justify-self: start; }
progress {
  appearance: none; border: 0; inline-size: 100%; block-size: 6px; border-radius: 3px; background: var(--line);
  overflow: hidden; color: var(--accent);
}
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
progress:indeterminate { background: repeating-linear-gradient(-45deg, var(--accent) 0 6px, var(--line) 6px 12px); }
progress:indeterminate::-webkit-progress-bar { background: transparent; }
progress:indeterminate::-moz-progress-bar { background: transparent; }

/* The classifier */
[part="stage"] {
  display: grid; place-items: center; min-block-size: 12rem; background: var(--sunk); border-radius: calc(var(--radius) - 4px);
  overflow: hidden;
}
[data-over] [part="stage"], li[data-over] { outline: 2px dashed var(--accent); outline-offset: -2px; }
[part="stage"] [part="hint"] { padding: 1.5rem; text-align: center; text-wrap: balance; max-inline-size: 18rem; }
[part="picture"], [part="video"] { inline-size: 100%; max-block-size: 22rem; object-fit: contain; }
[part="pad"] {
  inline-size: min(100%, 18rem); aspect-ratio: 1; background: var(--sheet); border: 1px solid var(--line); border-radius: 8px;
  cursor: crosshair; touch-action: none;
}
[part="pad"]:focus-visible { outline-offset: -3px; }
[part="results"] { display: grid; gap: 0.6rem; }
[part="result"] { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.2rem 1rem; align-items: baseline; }
[part="label"] { justify-self: start; } /* of the list, whatever the direction of the name */
[part="result"]:first-child { font-size: 1.25rem; font-weight: 600; }
[part="bar"] { grid-column: 1 / -1; block-size: 6px; border-radius: 3px; background: var(--line); overflow: hidden; }
[part="bar"] i {
  display: block; block-size: 100%; border-radius: inherit; background: var(--accent); transition: inline-size 150ms;
}
[part="result"]:not(:first-child) i { background: var(--edge); }
[part="share"] { color: var(--soft); font-size: 0.9375rem; font-weight: 400; }
@container (min-width: 36rem) {
  [part="view"]:has(> [part="stage"]) { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.5rem; }
  [part="stage"] { min-block-size: 18rem; }
}

/* The trainer */
[part="classes"] { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 0.75rem; }
[part="class"] { padding: 0.75rem; background: var(--sunk); border-radius: calc(var(--radius) - 4px); }
[part="class"] > [part="actions"] { align-self: end; }
[part="class-head"] { display: flex; gap: 0.5rem; align-items: center; }
[part="count"] { flex: none; }
[part="class-name"] {
  font: inherit; font-weight: 600; color: var(--ink); background: var(--sheet); border: 1px solid var(--edge);
  border-radius: 8px; padding: 0.4rem 0.6rem; min-block-size: 2.75rem; flex: 1; min-inline-size: 0; font-size: max(1rem, 16px);
}
[part="class-name"]::placeholder { color: var(--soft); opacity: 1; font-weight: 400; }
[part~="remove-class"] { border-color: transparent; padding: 0; font-size: 1.25rem; font-weight: 400; }
@media (hover: none) { [part="class"] > [part="hint"] { display: none; } }
[part="class"] > [part="hint"] { padding-block: 1.1rem; text-align: center; border: 1px dashed var(--edge); border-radius: 8px; }
[part="class"] video { inline-size: 100%; border-radius: 8px; }
[part~="hold"] { user-select: none; -webkit-user-select: none; -webkit-touch-callout: none; }
[part="thumbnails"] {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(4rem, 1fr)); gap: 0.35rem; max-block-size: 15rem;
  overflow: auto; padding: 3px; margin: -3px;
}
[part="thumbnail"] { position: relative; aspect-ratio: 1; }
[part="thumbnail"] canvas { inline-size: 100%; block-size: 100%; object-fit: cover; border-radius: 6px; background: var(--line); }
[part="remove"] {
  position: absolute; inset-block-start: 3px; inset-inline-end: 3px; min-block-size: 1.5rem; min-inline-size: 1.5rem;
  padding: 0; line-height: 1; border: 0; background: var(--sheet);
}
[part~="add-class"] { justify-self: start; }
[part="curves"] { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 1rem 1.5rem; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 0.9rem; align-items: baseline; font-size: 0.8125rem; color: var(--soft); }
figcaption > :first-child { color: var(--ink); font-weight: 600; margin-inline-end: auto; }
[part~="key"]::before {
  content: ""; display: inline-block; inline-size: 0.9rem; border-block-start: 2.5px solid var(--accent);
  vertical-align: middle; margin-inline-end: 0.3rem;
}
[part="key check"]::before { inline-size: 0.5rem; block-size: 0.5rem; border: 0; border-radius: 50%; background: var(--check); }
[part="plot"] {
  display: grid; grid-template-columns: auto 1fr; gap: 0 0.5rem; margin-block-start: 0.4rem; font-size: 0.75rem;
  line-height: 1; color: var(--soft);
}
[part="axis"] { grid-column: 1; text-align: end; }
[part="axis"]:last-child { align-self: end; }
svg { grid-area: 1 / 2 / 3 / 3; inline-size: 100%; block-size: 8rem; overflow: visible; border-block: 1px solid var(--line); }
.fit, .check path {
  fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round;
}
.check path { stroke: var(--check); stroke-width: 8; stroke-linecap: round; }
[part="outcome"] { font-size: 1.125rem; font-weight: 600; text-wrap: pretty; }
[part="curves"]:not(:has(figure:not([hidden]))) { display: none; }
[part="title"] { font-size: 0.875rem; font-weight: 600; color: var(--soft); }
[part="ending"] { display: contents; }
[part="classifier"] { border: 0; padding: 0; background: none; }

@media (forced-colors: active) {
  [part="bar"], progress { border: 1px solid; }
  [part="bar"] i { background: Highlight; forced-color-adjust: none; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`);
