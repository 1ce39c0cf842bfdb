// @ts-check
/** The look of the panel. Colours are pairs for light and dark; the one accent is the operator's. */

import { blocks } from "./styles-blocks.js";

const base = /* css */ `
.root {
  --surface: light-dark(#ffffff, #1b1e22);
  --ground: light-dark(#fafaf8, #15171a);
  --raised: light-dark(#f1f1ee, #262a30);
  --ink: light-dark(#1c1e20, #eceef0);
  --muted: light-dark(#5c6268, #a9b0b8);
  --line: light-dark(#e4e4df, #343941);
  --edge: light-dark(#8a8f94, #747b84);
  --bad: light-dark(#a8231b, #ff9d94);
  --tint: light-dark(var(--ink-light), var(--ink-dark));
  --soft: color-mix(in srgb, var(--tint) 9%, var(--surface));
  --round: var(--aftersale-radius, 16px);
  font: 400 max(15px, .9375rem)/1.5 var(--aftersale-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif);
  color: var(--ink); text-align: start; letter-spacing: normal; word-spacing: normal; text-transform: none; text-indent: 0;
  -webkit-text-size-adjust: 100%;
}
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
p, ul, ol, dl, dd, h2, h3, fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
button, input, textarea, select { font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; background: none; border: 0; padding: 0; text-align: inherit; }
a { color: var(--tint); text-underline-offset: 2px; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--tint); outline-offset: 2px; }
.sr { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
.icon { inline-size: 1.25em; block-size: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.muted { color: var(--muted); font-size: .867em; }
.error { display: flex; gap: .4em; align-items: center; color: var(--bad); font-size: .867em; flex-wrap: wrap; }

#panel {
  position: fixed; z-index: 2147483000; inset-block-end: calc(var(--aftersale-bottom, 20px) + 72px); inset-inline-end: var(--aftersale-side, 20px);
  inline-size: min(var(--aftersale-width, 400px), calc(100vw - 40px)); block-size: min(var(--aftersale-height, 660px), calc(100dvh - 112px));
  background: var(--surface); border: 1px solid var(--line); border-radius: var(--round); overflow: hidden;
  box-shadow: 0 1px 3px rgb(0 0 0 / .06), 0 16px 48px rgb(0 0 0 / .16);
  animation: rise .18s ease-out;
}
.start #panel { inset-inline: var(--aftersale-side, 20px) auto; }
#panel.full { inset: 0; inline-size: 100%; block-size: 100dvh; border: 0; border-radius: 0; padding-block: env(safe-area-inset-top) env(safe-area-inset-bottom); }
.standalone #panel { position: static; inline-size: 100%; block-size: 100%; border: 0; border-radius: 0; box-shadow: none; animation: none; }
.standalone .log > *, .standalone .composer > * { inline-size: 100%; max-inline-size: 46rem; margin-inline: auto; }
.standalone .head { padding-inline: max(14px, calc(50% - 23rem)); }
@keyframes rise { from { opacity: 0; transform: translateY(8px); } }

.inside { position: relative; display: flex; flex-direction: column; block-size: 100%; }
.head { display: flex; align-items: center; gap: 12px; padding: 14px 12px 14px 18px; border-block-end: 1px solid var(--line); flex: none; }
[dir=rtl] .head { padding: 14px 18px 14px 12px; }
.mark { display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 50%; background: var(--accent); color: var(--on-accent); flex: none; }
.mark .face { inline-size: 100%; block-size: 100%; }
.names { flex: 1; min-inline-size: 0; }
h2 { font-size: 1.067em; font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; }
.status { color: var(--muted); font-size: .867em; line-height: 1.35; }
.status .text-button { padding-inline: 0; }
.quiet { display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 50%; color: var(--muted); flex: none; }
.head .quiet + .quiet { margin-inline-start: -10px; }
.quiet:hover { background: var(--raised); color: var(--ink); }

.banner { flex: none; font-size: .867em; text-align: center; background: var(--raised); color: var(--ink); }
.banner:not(:empty) { padding: 8px 16px; border-block-end: 1px solid var(--line); }
.told { display: flex; align-items: center; padding-inline-start: 18px; border-block-end: 1px solid var(--line); background: var(--raised); font-size: .933em; }
.told p { display: flex; gap: 8px; align-items: center; flex: 1; }

.log { flex: 1 1 auto; min-block-size: 120px; overflow-y: auto; overscroll-behavior: contain; padding: 18px; background: var(--ground); scrollbar-width: thin; outline-offset: -2px; }
.rows { list-style: none; display: flex; flex-direction: column; }
.greeting { margin-block-end: 20px; }
.hello { font-size: 1.067em; line-height: 1.45; max-inline-size: 34ch; margin-block: 6px 16px; }
.earlier { display: block; margin: 0 auto 16px; padding: 8px 14px; border-radius: 99px; color: var(--tint); font-size: .867em; min-block-size: 36px; }
.earlier:hover { background: var(--raised); }
.day { display: flex; align-items: center; gap: 12px; margin-block: 8px 16px; color: var(--muted); font-size: .8em; }
.day::before, .day::after { content: ""; flex: 1; block-size: 1px; background: var(--line); }
.aside { align-self: center; margin-block: 6px 18px; color: var(--muted); font-size: .867em; text-align: center; }

.msg { display: flex; flex-direction: column; align-items: flex-start; margin-block-end: 18px; outline: 0; }
.msg[data-author=buyer] { align-items: flex-end; }
.more { margin-block-end: 6px; }
.more .meta { display: none; }
.who { display: flex; align-items: center; gap: 8px; font-size: .8em; font-weight: 600; color: var(--muted); margin-block-end: 4px; }
.face { inline-size: 24px; block-size: 24px; border-radius: 50%; object-fit: cover; }
.body { display: flex; flex-direction: column; gap: 8px; max-inline-size: 92%; align-items: flex-start; min-inline-size: 0; }
.msg[data-author=buyer] .body { max-inline-size: 82%; align-items: flex-end; }
.body > * { max-inline-size: 100%; }
.body > .card, .body > .pick, .body > .said, .body > .field { inline-size: 100%; }
.wide .body { inline-size: 100%; max-inline-size: 100%; }
.text { background: var(--raised); padding: 9px 14px; border-radius: 16px; border-end-start-radius: 5px; overflow-wrap: anywhere; }
.text > * + * { margin-block-start: .6em; }
.text.own { background: var(--accent); color: var(--on-accent); border-radius: 16px; border-end-end-radius: 5px; white-space: pre-wrap; }
.text ul, .text ol, .card ol.steps, .card ul:not([class]), .promises, .sheet ul:not(.picker) { padding-inline-start: 1.3em; }
.text ul, .card ul:not([class]), .promises { list-style: disc; }
.text li + li, .steps li + li { margin-block-start: .25em; }
.meta { display: flex; font-size: .8em; color: var(--muted); margin-block-start: 4px; padding-inline: 2px; white-space: pre-wrap; }
.text-button { color: var(--tint); text-decoration: underline; text-underline-offset: 2px; font-size: 1.08em; min-block-size: 28px; padding-inline: 6px; }
.typing { min-block-size: 1px; }
.dots { display: inline-flex; gap: 4px; padding: 12px 14px; border-radius: 16px; border-end-start-radius: 5px; background: var(--raised); }
.dots i { inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--muted); animation: dot 1.2s infinite ease-in-out; }
.dots i:nth-child(2) { animation-delay: .15s; } .dots i:nth-child(3) { animation-delay: .3s; }
@keyframes dot { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }
.down { position: relative; align-self: flex-end; margin: -50px 14px 10px; inline-size: 40px; block-size: 40px; border-radius: 50%; display: grid; place-items: center; background: var(--surface); border: 1px solid var(--line); box-shadow: 0 2px 10px rgb(0 0 0 / .14); flex: none; z-index: 1; }

.composer { flex: none; padding: 10px 12px 4px; border-block-start: 1px solid var(--line); background: var(--surface); }
.bar { display: flex; align-items: flex-end; gap: 4px; border: 1px solid var(--edge); border-radius: 24px; padding: 1px; background: var(--surface); }
.bar:focus-within { border-color: var(--tint); box-shadow: 0 0 0 1px var(--tint); }
.bar textarea { flex: 1; min-inline-size: 0; resize: none; border: 0; outline: 0; background: none; padding: 10px 2px; line-height: 1.45; max-block-size: 140px; block-size: 44px; }
::placeholder { color: var(--muted); opacity: 1; }
.primary { background: var(--accent); color: var(--on-accent); border: 1px solid transparent; border-radius: 99px; padding: 8px 18px; min-block-size: 44px; font-weight: 600; text-align: center; }
.primary:hover { filter: brightness(1.08); }
.send { display: grid; place-items: center; inline-size: 38px; min-block-size: 38px; block-size: 38px; padding: 0; margin: 3px; flex: none; }
.send[aria-disabled=true], .primary:disabled { background: var(--raised); color: var(--muted); filter: none; cursor: default; }
.foot { flex: none; text-align: center; font-size: .8em; color: var(--muted); padding: 2px 16px 10px; background: var(--surface); }
.foot a { color: inherit; }
.composer .error { padding: 0 8px 6px; } .composer .error:empty { display: none; }
.tray { display: flex; flex-wrap: wrap; gap: 10px; list-style: none; padding: 4px 4px 10px; }
.tray li { position: relative; } .tray li.error { inline-size: 100%; flex-wrap: nowrap; }
.tray img, .tray .file { inline-size: 72px; block-size: 72px; object-fit: cover; border-radius: 10px; border: 1px solid var(--line); display: grid; place-items: center; font-size: .75em; overflow: hidden; overflow-wrap: anywhere; text-align: center; }
.tray progress { position: absolute; inset-inline: 6px; inset-block-end: 6px; inline-size: 60px; block-size: 6px; accent-color: var(--accent); }
.remove { position: absolute; inset-block-start: -8px; inset-inline-end: -8px; inline-size: 26px; block-size: 26px; display: grid; place-items: center; border-radius: 50%; background: var(--ink); color: var(--surface); font-size: .8em; }
.drop .log { outline: 2px dashed var(--tint); outline-offset: -8px; }

.menu { position: absolute; z-index: 3; inset-block-start: 60px; inset-inline-end: 12px; inline-size: min(300px, calc(100% - 24px)); max-block-size: calc(100% - 72px); overflow: auto; padding: 6px; background: var(--surface); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 12px 36px rgb(0 0 0 / .2); }
.item { display: flex; align-items: center; justify-content: space-between; gap: 12px; inline-size: 100%; min-block-size: 44px; padding: 8px 12px; border-radius: 9px; }
.item:hover { background: var(--raised); }
.menu p { padding: 8px 12px; } .menu p a { display: inline-flex; gap: 6px; align-items: center; min-block-size: 28px; }
select { background: var(--surface); border: 1px solid var(--edge); border-radius: 9px; padding: 6px 8px; max-inline-size: 55%; min-block-size: 36px; }
.sheet { position: absolute; z-index: 4; inset: 0; display: grid; place-items: center; padding: 18px; overflow: auto; background: rgb(0 0 0 / .42); }
.sheet .card { inline-size: 100%; max-inline-size: 26rem; padding: 20px; box-shadow: 0 12px 36px rgb(0 0 0 / .24); }
.sheet h2 { font-size: 1.133em; outline: 0; }
.choices { display: flex; flex-wrap: wrap; gap: 10px; margin-block-start: 6px; } .choices .reply { min-block-size: 44px; }

@media (max-height: 480px) { .inside { overflow-y: auto; } .log { flex: none; overflow: visible; min-block-size: 45%; } .head, .foot { padding-block: 6px; } .down { display: none; } }
@media (max-width: 360px) { .log { padding: 14px 12px; } .head { gap: 8px; padding-inline: 12px 4px; } .mark:not(:has(img)) { display: none; } }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
@media (prefers-contrast: more) { .root { --muted: var(--ink); --line: var(--edge); } }
@media (forced-colors: active) {
  #panel, .text, .dots, .card, .menu, .primary, .reply, .pill, .mark, .banner:not(:empty) { border: 1px solid; }
  .chosen, .star:has(:checked) { forced-color-adjust: none; background: Highlight !important; color: HighlightText !important; }
  .timeline li::before { border: 1px solid; }
  :disabled:not(.chosen) { color: GrayText; }
  .icon { stroke: currentColor; } .dots i { background: CanvasText; }
}
`;

export const sheet = new CSSStyleSheet();
sheet.replaceSync(base + blocks);
