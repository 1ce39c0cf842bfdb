// @ts-check
/** The look of orders, cases and what is done about them. */

import { wear } from "../styles.js";
import "../conversation/styles.js";

wear(/* css */ `
.sheet { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 16px; align-items: start; max-inline-size: 80rem; }
.sheet > .stack { gap: 16px; } .sheet .end, .sheet time { white-space: nowrap; }
@media (max-width: 1080px) { .sheet { grid-template-columns: minmax(0, 1fr); } }
.filter-row { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 10px 14px; margin-block-end: 14px; } .filter-row .field { gap: 3px; } .filter-row .grow { flex: 1 1 220px; }
.step { display: flex; flex-direction: column; gap: 8px; padding: 12px 14px; border: 1px solid var(--line); border-inline-start: 3px solid var(--tint); border-radius: var(--round); }
.step.against { border-inline-start-color: var(--warn); } .step h3 { font-size: 1em; } .step ul { padding-inline-start: 1.2em; }
.choose { display: flex; flex-direction: column; gap: 8px; } .choose > label { display: flex; align-items: flex-start; gap: 10px; } .choose > label > input { margin-block-start: 1.05em; flex: none; } .choose .step { flex: 1; min-inline-size: 0; }
.choose > label:has(:focus-visible) .step { outline: 2px solid var(--tint); outline-offset: 2px; }
.lines-to-choose { display: flex; flex-direction: column; gap: 4px; border: 0; } .lines-to-choose legend { padding: 0; margin-block-end: 4px; font-weight: 600; }
dialog .decision { padding: 0; } dialog details > summary { inline-size: fit-content; }
.thread { display: flex; flex-direction: column; gap: 12px; } .thread li { padding: 10px 13px; border: 1px solid var(--line); border-radius: var(--round); } .thread li.ours { background: var(--soft); border-color: transparent; } .thread li.noted { background: var(--note); border-color: var(--note-line); }
.thread .by { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; margin-block-end: 4px; } .thread .by time { margin-inline-start: auto; color: var(--muted); font-size: .857em; } .thread .text { white-space: pre-wrap; overflow-wrap: anywhere; }
.photos { display: flex; flex-wrap: wrap; gap: 8px; } .photos a { display: grid; place-items: center; inline-size: 96px; block-size: 96px; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; color: var(--ink); font-size: .857em; text-align: center; } .photos img { inline-size: 100%; block-size: 100%; object-fit: cover; }
.clocks { display: flex; flex-wrap: wrap; gap: 6px 18px; } .clocks > span { display: inline-flex; align-items: center; gap: 6px; }
.history { display: flex; flex-direction: column; gap: 8px; } .history li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 12px; } .history time { color: var(--muted); font-size: .857em; } .history .why { grid-column: 1 / -1; padding: 6px 10px; border-radius: 8px; background: var(--note); overflow-wrap: anywhere; }
.gone { text-decoration: line-through; color: var(--muted); }
.waits { display: flex; flex-direction: column; gap: 16px; max-inline-size: 56rem; }
@media (forced-colors: active) { .step, .thread li, .history .why { border: 1px solid; } }
`);
