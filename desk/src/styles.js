// @ts-check
/** The look of the desk: tokens as pairs for light and dark, the frame, and what all screens share. */

import { parts } from "./styles-parts.js";

const base = /* css */ `
:root {
  color-scheme: light dark;
  --surface: light-dark(#ffffff, #1a1d21);
  --ground: light-dark(#f6f6f3, #131518);
  --raised: light-dark(#efefeb, #24282d);
  --ink: light-dark(#1b1d1f, #e9ebed);
  --muted: light-dark(#596066, #a5adb5);
  --line: light-dark(#e2e2dc, #30353b);
  --edge: light-dark(#868b90, #78808a);
  --tint: light-dark(#0b6557, #74d3c0);
  --on-tint: light-dark(#ffffff, #06251f);
  --bad: light-dark(#a8231b, #ff9d94);
  --warn: light-dark(#845500, #f0bd62);
  --good: light-dark(#1b6b3f, #7fd49f);
  --info: light-dark(#28569c, #93b9ff);
  --note: light-dark(#fff6dc, #322a17);
  --note-line: light-dark(#e5cf8f, #5d4d25);
  --soft: color-mix(in srgb, var(--tint) 10%, var(--surface));
  --shade: light-dark(rgb(20 22 24 / .07), rgb(0 0 0 / .4));
  --shadow: 0 1px 2px var(--shade), 0 8px 28px var(--shade);
  --round: 10px;
  --round-small: 7px;
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace;
  font: 400 max(14px, .875rem)/1.45 var(--font);
  color: var(--ink); background: var(--ground);
  -webkit-text-size-adjust: 100%; scrollbar-color: var(--line) transparent;
}
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; block-size: 100dvh; overflow: hidden; }
p, ul, ol, dl, dd, h1, h2, h3, h4, fieldset, figure, legend { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
ul[role=list], ol[role=list] { list-style: none; }
button, input, textarea, select { font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; background: none; border: 0; padding: 0; text-align: inherit; }
a { color: var(--tint); text-underline-offset: 2px; overflow-wrap: anywhere; }
h1, h2, h3, h4 { font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; outline: 0; }
h1 { font-size: 1.286rem; letter-spacing: -.01em; } h2 { font-size: 1.071em; } h3 { font-size: 1em; } h4 { font-size: .929em; }
:focus-visible { outline: 2px solid var(--tint); outline-offset: 2px; }
:is(h1, h2)[tabindex="-1"]:focus-visible { outline: 0; box-shadow: 0 2px var(--tint); }
::placeholder { color: var(--muted); opacity: 1; }
time, .number { font-variant-numeric: tabular-nums; }
code, .mono { font-family: var(--mono); font-size: .929em; overflow-wrap: anywhere; }
kbd { display: inline-block; min-inline-size: 1.7em; padding: 0 .4em; border: 1px solid var(--line); border-block-end-width: 2px; border-radius: 5px; background: var(--surface); color: var(--muted); font: 500 .786em/1.6 var(--font); text-align: center; }
.sr { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
.icon { inline-size: 1.286em; block-size: 1.286em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.muted { color: var(--muted); } .small { font-size: .857em; } .strong { font-weight: 600; }
.bad { color: var(--bad); } .warn { color: var(--warn); } .good { color: var(--good); }
.row { display: flex; align-items: center; gap: 8px; } .row.wrap { flex-wrap: wrap; } .row.between { justify-content: space-between; }
.stack { display: flex; flex-direction: column; gap: 12px; } .stack.tight { gap: 6px; } .grow { flex: 1; min-inline-size: 0; }
.clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

.skip { position: fixed; z-index: 50; inset-block-start: 8px; inset-inline-start: 8px; display: flex; gap: 8px; transform: translateY(-200%); }
.skip:focus-within { transform: none; }
.skip a { padding: 8px 14px; border-radius: var(--round-small); background: var(--ink); color: var(--surface); box-shadow: var(--shadow); }

.app { display: grid; grid-template: "rail main" minmax(0, 1fr) / 200px minmax(0, 1fr); block-size: 100dvh; }
.rail { grid-area: rail; display: flex; flex-direction: column; gap: 2px; padding: 14px 10px 10px; border-inline-end: 1px solid var(--line); overflow-y: auto; }
.brand { display: flex; align-items: center; gap: 10px; padding: 2px 8px 14px; font-weight: 650; letter-spacing: -.01em; }
.brand img { inline-size: 26px; block-size: 26px; }
.rail h2 { padding: 14px 10px 4px; color: var(--muted); font-size: .786em; font-weight: 600; letter-spacing: .02em; }
.rail ul { display: flex; flex-direction: column; gap: 1px; }
.nav { display: flex; align-items: center; gap: 10px; inline-size: 100%; min-block-size: 34px; padding: 4px 10px; border-radius: var(--round-small); color: var(--ink); text-decoration: none; }
.nav .icon { color: var(--muted); } .nav .label { flex: 1; }
.nav:hover { background: var(--raised); }
.nav[aria-current] { background: var(--raised); font-weight: 600; } .nav[aria-current] .icon { color: var(--tint); }
.nav .count { font-size: .857em; font-variant-numeric: tabular-nums; color: var(--muted); font-weight: 500; }
.nav .count.loud { padding: 0 7px; border-radius: 99px; background: var(--tint); color: var(--on-tint); font-weight: 600; }
.rail .foot { margin-block-start: auto; padding-block-start: 12px; display: flex; flex-direction: column; gap: 2px; }
.self { display: flex; align-items: center; gap: 10px; inline-size: 100%; min-block-size: 44px; padding: 5px 8px; border-radius: var(--round-small); }
.self:hover { background: var(--raised); }
.self .who { display: flex; flex-direction: column; line-height: 1.25; min-inline-size: 0; flex: 1; }
.main { grid-area: main; min-inline-size: 0; min-block-size: 0; display: flex; flex-direction: column; background: var(--surface); outline: 0; }
.main > .screen { flex: 1; min-block-size: 0; }
.topbar { display: none; }

.screen { display: flex; flex-direction: column; min-inline-size: 0; overflow: hidden; }
.head { flex: none; display: flex; align-items: center; flex-wrap: wrap; gap: 8px 16px; min-block-size: 56px; padding: 10px 20px; border-block-end: 1px solid var(--line); }
.head .sub { color: var(--muted); }
.body { flex: 1; min-block-size: 0; overflow-y: auto; padding: 20px; }
.body > .narrow { max-inline-size: 44rem; } .body > .wide { max-inline-size: 80rem; }
.banner { flex: none; display: flex; align-items: center; gap: 8px; padding: 7px 20px; font-size: .929em; background: var(--raised); border-block-end: 1px solid var(--line); }
.banner.bad { color: var(--bad); background: color-mix(in srgb, var(--bad) 9%, var(--surface)); }
.banner.warn { color: var(--warn); background: color-mix(in srgb, var(--warn) 9%, var(--surface)); }
.banner .icon { flex: none; }

@media (max-width: 1320px) {
  .app { grid-template-columns: 60px minmax(0, 1fr); }
  .rail { align-items: center; padding-inline: 8px; }
  .nav .label, .rail h2, .self .who, .rail .brand .label { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .rail ul { gap: 4px; } .nav { position: relative; inline-size: 44px; block-size: 40px; padding: 0; justify-content: center; }
  .nav .count { position: absolute; inset-block-start: 1px; inset-inline-end: 1px; min-inline-size: 16px; padding: 0 4px; border-radius: 99px; background: var(--raised); color: var(--ink); font-size: 10.5px; line-height: 16px; text-align: center; }
  .nav .count.loud { padding: 0 4px; }
  .brand { padding-inline: 0; } .self { justify-content: center; padding: 5px; }
}
@media (max-width: 760px) {
  .toasts { inset-block: 56px auto; }
  .app { grid-template: "top" auto "main" minmax(0, 1fr) / minmax(0, 1fr); }
  .topbar { grid-area: top; display: flex; align-items: center; gap: 8px; min-block-size: 48px; padding: 2px 8px; border-block-end: 1px solid var(--line); }
  .topbar .title { flex: 1; font-weight: 650; }
  .rail { display: none; }
  .app.nav-open .rail { display: flex; position: fixed; z-index: 30; inset-block: 0; inset-inline-start: 0; inline-size: min(280px, 86vw); align-items: stretch; background: var(--ground); box-shadow: var(--shadow); padding: 12px; }
  .app.nav-open::after { content: ""; position: fixed; z-index: 29; inset: 0; background: rgb(0 0 0 / .4); }
  .nav .label, .rail h2, .self .who, .brand .label { position: static; inline-size: auto; block-size: auto; clip-path: none; overflow: visible; }
  .nav { inline-size: 100%; block-size: auto; min-block-size: 42px; padding: 4px 10px; justify-content: start; }
  .nav .count { position: static; font-size: .857em; } .self { justify-content: start; }
  .head { padding: 8px 12px; min-block-size: 48px; } .body { padding: 14px 12px; }
}
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (prefers-contrast: more) { :root { --muted: var(--ink); --line: var(--edge); } }
@media (forced-colors: active) {
  .nav .count.loud { color: CanvasText; background: Canvas; }
  .nav[aria-current], [aria-selected=true], [aria-pressed=true] { outline: 2px solid Highlight; outline-offset: -2px; }
  .count.loud, .badge, .button, .bubble, .note { border: 1px solid; }
}
`;

export const sheet = new CSSStyleSheet();
sheet.replaceSync(base + parts);

/**
 * Add the look of one screen; once is enough.
 * @param {string} css
 */
export function wear(css) {
  const more = new CSSStyleSheet();
  more.replaceSync(css);
  document.adoptedStyleSheets.push(more);
}
