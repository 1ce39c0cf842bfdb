// @ts-check
/** The look of one conversation. What messages hold looks as in the widget, inside `.blocks`. */

import { blocks } from "../../../widget/src/styles-blocks.js";
import { wear } from "../styles.js";

wear(`.blocks{${blocks}}`);

wear(/* css */ `
.pane { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 1fr); min-block-size: 0; block-size: 100%; }
.pane.with-details { grid-template-columns: minmax(0, 1fr) 336px; }
.pane > .column { display: flex; flex-direction: column; min-inline-size: 0; min-block-size: 0; position: relative; }
.talk-head { flex: none; display: flex; align-items: center; flex-wrap: wrap; gap: 6px 12px; min-block-size: 60px; padding: 8px 12px 8px 20px; border-block-end: 1px solid var(--line); }
.talk-head h1 { font-size: 1.071rem; inline-size: fit-content; max-inline-size: 100%; } .talk-head .grow { flex: 1 1 160px; } .talk-head .sub { color: var(--muted); font-size: .929em; } .talk-head .state { font-weight: 600; } .talk-head .state.queued { color: var(--warn); } .talk-head .state.human { color: var(--tint); }
.talk-head .acts { flex-wrap: wrap; } .talk-head .back { display: none; } .talk-head .viewers .face { background: var(--note); color: var(--warn); }
.banners { flex: none; display: flex; flex-direction: column; } .banners .notice { border-width: 0 0 1px; border-radius: 0; padding-inline: 20px; }

.transcript { position: relative; flex: 1; min-block-size: 0; display: flex; flex-direction: column; }
.scroller { flex: 1; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px 20px 8px; outline-offset: -3px; scrollbar-width: thin; }
.scroller .earlier { text-align: center; }
.talk { display: flex; flex-direction: column; max-inline-size: 54rem; margin-inline: auto; }
.talk > li { outline: 0; } .talk > li:focus-visible { outline: 2px solid var(--tint); outline-offset: 4px; border-radius: 6px; }
.day { display: flex; align-items: center; gap: 12px; margin-block: 10px 14px; color: var(--muted); font-size: .857em; } .day::before, .day::after { content: ""; flex: 1; block-size: 1px; background: var(--line); }
.said { display: flex; flex-direction: column; align-items: flex-end; max-inline-size: 84%; margin-inline-start: auto; margin-block-end: 14px; min-inline-size: 0; }
.said[data-author=buyer] { align-items: flex-start; margin-inline: 0 auto; }
.said:has(+ .goes-on) { margin-block-end: 4px; } .said:has(+ .goes-on) .meta { display: none; }
.by { display: flex; align-items: center; gap: 6px; margin-block-end: 3px; color: var(--muted); font-size: .857em; font-weight: 600; } .by .icon { inline-size: 1.2em; block-size: 1.2em; }
.said .meta { display: flex; align-items: center; gap: 6px; min-block-size: 18px; color: var(--muted); font-size: .786em; margin-block-start: 2px; }
.said .blocks { display: flex; flex-direction: column; gap: 6px; align-items: inherit; max-inline-size: 100%; min-inline-size: 0; }
.said .blocks > * { max-inline-size: 100%; } .said .blocks > .card, .said .blocks > .pick, .said .blocks > .said { inline-size: min(420px, 100%); max-inline-size: 100%; margin: 0; }
.blocks .text { padding: 8px 13px; border-radius: 14px; background: var(--raised); overflow-wrap: anywhere; } .blocks .text > * + * { margin-block-start: .5em; } .blocks .text.own, .waiting .text { white-space: pre-wrap; }
.blocks .text ul, .blocks .text ol { padding-inline-start: 1.3em; }
.said[data-author=buyer] .blocks .text { border-end-start-radius: 4px; }
.said[data-author=bot] .blocks .text { background: none; border: 1px solid var(--line); border-end-end-radius: 4px; }
.said[data-author=agent] .blocks .text { background: var(--soft); border-end-end-radius: 4px; } .said[data-author=seller] .blocks .text { background: color-mix(in srgb, var(--info) 10%, var(--surface)); }
.blocks { --accent: var(--tint); --on-accent: var(--on-tint); } .blocks summary::before { content: none; } .blocks .card { border-radius: var(--round); padding: 12px 14px; gap: 10px; }
.blocks .row { align-items: stretch; gap: 0; } .blocks .row.box { gap: 12px; } .blocks .replies { justify-content: inherit; } .said .replies { justify-content: flex-end; }
.blocks .reply { min-block-size: 30px; padding: 3px 12px; font-size: .929em; } .blocks .picker { margin: 0; padding: 0; } .blocks .row { padding: 7px 12px; font-size: .929em; } .blocks .star { inline-size: 30px; block-size: 30px; } .blocks .star .icon { inline-size: 20px; block-size: 20px; } .blocks .notice { margin: 0; } .blocks fieldset:disabled .reply:not(.chosen) { border-style: dashed; }
.said.trouble .meta:not(#_) { display: flex; } .delivery { display: inline-flex; align-items: center; gap: 4px; } .delivery .icon { inline-size: 1.25em; block-size: 1.25em; flex: none; } .delivery.read .icon { color: var(--tint); } .delivery.held, .delivery.unknown { color: var(--warn); font-weight: 600; } .delivery.failed, .delivery.withdrawn { color: var(--bad); font-weight: 600; } .said.failed .blocks .text { border: 1px dashed var(--bad); } .channel { display: inline-flex; align-items: center; gap: 4px; vertical-align: bottom; } .channel .icon { inline-size: 1.15em; block-size: 1.15em; }
.told { align-self: center; max-inline-size: min(84%, 36rem); margin-block: 2px 14px; padding: 8px 14px; border: 1px dashed var(--edge); border-radius: var(--round); } .told .blocks .text { padding: 0; background: none; } .told .meta { color: var(--muted); font-size: .786em; } .told .blocks .notice { padding: 0; border: 0; background: none; } .told .blocks .notice .icon { display: none; }
.happened { align-self: center; display: flex; align-items: center; gap: 7px; margin-block: 2px 14px; color: var(--muted); font-size: .857em; text-align: center; } .happened .icon { inline-size: 1.2em; block-size: 1.2em; }
.note { align-self: stretch; margin-block: 2px 14px; padding: 9px 13px 10px; border: 1px solid var(--note-line); border-radius: var(--round); background: var(--note); } .note .by { color: var(--ink); } .note .by .icon { color: var(--warn); } .note .by time { margin-inline-start: auto; color: var(--muted); font-weight: 400; } .note .text { white-space: pre-wrap; overflow-wrap: anywhere; } .mention { color: var(--tint); }
.waiting .blocks .text { border: 1px dashed var(--tint); } .waiting.refused .blocks .text { border-color: var(--bad); } .refused .meta { color: var(--bad); } .countdown { font-variant-numeric: tabular-nums; }
.typing { min-block-size: 1.6em; max-inline-size: 54rem; margin-inline: auto; }
.down { position: absolute; inset-block-end: 10px; inset-inline-end: 18px; background: var(--surface); border: 1px solid var(--line); border-radius: 50%; box-shadow: var(--shadow); }

.write { container-type: inline-size; flex: none; padding: 0 20px 16px; max-inline-size: calc(54rem + 40px); inline-size: 100%; margin-inline: auto; }
.composer { position: relative; border: 1px solid var(--edge); border-radius: 12px; background: var(--surface); } .composer:focus-within { border-color: var(--tint); box-shadow: 0 0 0 1px var(--tint); }
.composer.noting { background: var(--note); border-color: var(--note-line); } .composer.noting:focus-within { border-color: var(--warn); box-shadow: 0 0 0 1px var(--warn); }
.box { display: block; inline-size: 100%; min-block-size: 44px; max-block-size: 220px; padding: 11px 14px 4px; border: 0; outline: 0; background: none; resize: none; line-height: 1.45; }
.tools { display: flex; align-items: center; flex-wrap: wrap; gap: 6px 8px; padding: 6px 8px 8px; } .tools .row { gap: 2px; } .tools .hint { flex: 1 1 120px; text-align: end; } .tools .segments { border-color: var(--line); } .tools .segments label { min-block-size: 28px; padding-inline: 10px; font-size: .929em; }
.tools > .button { margin-inline-start: auto; } .tools .hint + .button { margin-inline-start: 0; }
@container (max-width: 470px) { .tools .hint { display: none; } .tools .hint + .button { margin-inline-start: auto; } }
.composer.barred { border-color: transparent; background: none; } .barred .tools { padding: 0; }
.instead:not(:empty) { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; margin-block-end: 8px; padding: 10px 10px 10px 14px; border: 1px solid var(--line); border-radius: 12px; background: var(--raised); } .instead .grow { flex: 1 1 200px; }
.reach { display: flex; align-items: flex-start; gap: 8px; font-size: .929em; } .reach:not(:empty) { padding: 8px 14px 2px; } .reach .icon { flex: none; margin-block-start: 2px; inline-size: 1.2em; block-size: 1.2em; } .reach.soon, .reach.closed { color: var(--warn); } .reach.lost { color: var(--bad); } .problem:not(:empty) { padding: 2px 14px 4px; }
.lock { display: flex; align-items: center; gap: 8px; color: var(--warn); font-size: .929em; } .lock:not(:empty) { padding: 6px 8px 0 14px; }
.suggestions { position: absolute; z-index: 10; inset-inline: -1px; inset-block-end: calc(100% + 6px); list-style: none; padding: 5px; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); }
.suggestions li { display: flex; flex-direction: column; padding: 6px 10px; border-radius: 7px; cursor: pointer; } .suggestions li[aria-selected=true] { background: var(--soft); } .suggestions .muted { font-size: .929em; }
.tray { display: flex; flex-wrap: wrap; gap: 8px; } .tray:not(:empty) { padding: 10px 14px 2px; } .tray li { position: relative; } .tray img, .tray .paper { display: grid; place-items: center; inline-size: 64px; block-size: 64px; object-fit: cover; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; font-size: .714em; text-align: center; overflow-wrap: anywhere; } .tray progress { position: absolute; inset-inline: 5px; inset-block-end: 5px; inline-size: 54px; block-size: 6px; accent-color: var(--tint); }
.remove { position: absolute; inset-block-start: -7px; inset-inline-end: -7px; display: grid; place-items: center; inline-size: 24px; block-size: 24px; border-radius: 50%; background: var(--ink); color: var(--surface); } .remove .icon { inline-size: 14px; block-size: 14px; }
.column.dropping::after { content: ""; position: absolute; inset: 8px; border: 2px dashed var(--tint); border-radius: 12px; pointer-events: none; }

.context { border-inline-start: 1px solid var(--line); background: var(--ground); overflow-y: auto; scrollbar-width: thin; outline-offset: -3px; min-block-size: 0; }
.put-away { display: none; justify-content: flex-end; padding: 6px 8px 0; }
.section { border-block-end: 1px solid var(--line); padding: 4px 16px; } .section[open] { padding-block-end: 14px; } .section > summary { min-block-size: 38px; color: var(--ink); } .section > summary h2 { font-size: .929em; } .section > summary .badge { margin-inline-start: auto; }
.context .facts { grid-template-columns: minmax(5.5rem, auto) minmax(0, 1fr); font-size: .929em; } .context .stack { gap: 10px; }
blockquote { margin: 0; padding: 7px 12px; border-inline-start: 3px solid var(--tint); background: var(--surface); border-radius: 0 7px 7px 0; overflow-wrap: anywhere; }
.plain-list { display: flex; flex-direction: column; gap: 7px; } .plain-list li { display: flex; align-items: flex-start; gap: 8px; } .plain-list .icon { color: var(--muted); } .plain-list .grow { flex: 1; min-inline-size: 0; } .others a { display: inline-flex; align-items: center; min-block-size: 24px; } .plain-list time { white-space: nowrap; font-size: .929em; }
.order-whole { display: flex; flex-direction: column; gap: 8px; } .order-page { display: inline-flex; align-items: center; gap: 5px; min-block-size: 28px; font-size: .929em; } .order-page .icon { inline-size: 1em; block-size: 1em; } .context .blocks { font-size: .929em; } .other-order > summary { inline-size: 100%; }
.decision { display: flex; flex-direction: column; gap: 7px; } .decision + .decision { border-block-start: 1px solid var(--line); padding-block-start: 10px; }
.change { display: flex; gap: 9px; padding: 8px 11px; border-radius: 8px; background: var(--soft); } .change .icon { color: var(--tint); margin-block-start: 2px; } .change ul { padding-inline-start: 1.2em; }
.rules { display: flex; flex-direction: column; gap: 6px; } .rules li { display: flex; gap: 8px; } .rules .icon { color: var(--muted); margin-block-start: 1px; inline-size: 1.15em; block-size: 1.15em; } .rules li[data-verdict=allow] > .icon, .rules li[data-verdict=pass] > .icon { color: var(--good); } .rules li[data-verdict=deny] > .icon, .rules li[data-verdict=fail] > .icon { color: var(--bad); } .rules li[data-verdict=review] > .icon { color: var(--warn); } .rules code { display: block; }
.understood { display: flex; flex-direction: column; gap: 8px; } .understood p { font-size: .929em; } .understood meter { inline-size: 56px; block-size: 8px; }
.basis { font-size: .929em; }

@media (max-width: 1240px) { .pane.with-details { grid-template-columns: minmax(0, 1fr) 308px; } }
@media (max-width: 1020px) {
  .pane { position: relative; } .pane.with-details { grid-template-columns: minmax(0, 1fr); }
  .pane .context { position: absolute; z-index: 15; inset-block: 0; inset-inline-end: 0; inline-size: min(360px, 100%); box-shadow: var(--shadow); }
  .context .put-away { display: flex; }
}
@media (max-width: 760px) {
  .talk-head { padding: 6px 8px; min-block-size: 0; } .talk-head .acts > .button:not(.primary) { display: none; } .talk-head .back { display: inline-grid; } .scroller { padding: 12px; } .write { padding: 0 8px 8px; } .said { max-inline-size: 92%; } .tools .hint { display: none; } .tools .button { margin-inline-start: auto; } .viewers .muted { position: absolute; clip-path: inset(50%); }
}
@media (max-height: 520px) { .pane > .column { overflow-y: auto; } .transcript { flex: none; } .scroller { overflow: visible; } }
@media (forced-colors: active) { .blocks .text, .note, .change, .item[aria-current], .suggestions { border: 1px solid; } .suggestions li[aria-selected=true], .palette [role=option][aria-selected=true] { outline: 2px solid Highlight; outline-offset: -2px; } .icon { stroke: currentColor; } }
`);
