// @ts-check
/** The look of the list of chats. */

import { wear } from "../styles.js";

wear(/* css */ `
.inbox { display: grid; grid-template-columns: 320px minmax(0, 1fr); grid-template-rows: minmax(0, 1fr); block-size: 100%; }
.chat-list { display: flex; flex-direction: column; min-block-size: 0; border-inline-end: 1px solid var(--line); background: var(--ground); }
.list-head { flex: none; display: flex; flex-direction: column; gap: 10px; padding: 14px 14px 10px; border-block-end: 1px solid var(--line); }
.list-head h1 { flex: 1; }
.views { display: none; gap: 4px; } .views a { display: inline-flex; align-items: center; min-block-size: 32px; padding: 3px 10px; border-radius: 99px; color: var(--muted); text-decoration: none; } .views a[aria-current] { background: var(--soft); color: var(--tint); font-weight: 600; }
.filters { display: flex; flex-direction: column; gap: 8px; } .filters .icon-button.on { color: var(--tint); background: var(--soft); }
.filter-row { display: grid; grid-template-columns: 1fr 1fr; gap: 6px; } .filter-row select { inline-size: 100%; }
.list-scroll { flex: 1; min-block-size: 0; overflow-y: auto; scrollbar-width: thin; } .under { display: grid; justify-items: center; padding: 8px; } .under > .skeleton { inline-size: 100%; }
.items > li { border-block-end: 1px solid var(--line); }
.item { position: relative; display: flex; flex-direction: column; gap: 3px; padding: 10px 14px 11px 16px; color: var(--ink); text-decoration: none; }
.item:hover { background: var(--raised); }
.item:focus-visible { outline-offset: -3px; }
.item[aria-current] { background: var(--surface); }
.item[aria-current]::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 0; inline-size: 3px; background: var(--tint); }
.item .top { display: flex; align-items: center; justify-content: space-between; gap: 10px; }
.item .name { display: inline-flex; align-items: center; gap: 5px; font-weight: 550; } .item.unread .name, .item.unread .last { font-weight: 650; } .item.unread .last { color: var(--ink); }
.item .verified { display: inline-flex; color: var(--good); } .item .verified .icon { inline-size: 1em; block-size: 1em; }
.item .clock { display: inline-flex; align-items: center; gap: 4px; font-size: .857em; white-space: nowrap; } .item .clock .icon { inline-size: 1.1em; block-size: 1.1em; } .item .clock.warn { font-weight: 600; } .item .clock.bad, .item .clock.bad time { color: var(--bad); font-weight: 650; }
.item .last { color: var(--muted); font-size: .929em; } .item .by { display: inline-flex; vertical-align: -2px; margin-inline-end: 4px; } .item .by .icon { inline-size: 1.05em; block-size: 1.05em; }
.item .marks { display: flex; flex-wrap: wrap; gap: 4px; margin-block-start: 2px; } .item .badge { font-size: .75rem; }
.count-new { background: var(--tint); color: var(--on-tint); font-weight: 650; min-inline-size: 18px; justify-content: center; }
.place { min-inline-size: 0; min-block-size: 0; display: grid; grid-template-rows: minmax(0, 1fr); grid-template-columns: minmax(0, 1fr); background: var(--surface); }
@media (max-width: 1100px) { .inbox { grid-template-columns: 288px minmax(0, 1fr); } }
@media (max-width: 760px) {
  .inbox { grid-template-columns: minmax(0, 1fr); } .place { display: none; } .chat-list { border: 0; }
  .inbox.reading .chat-list { display: none; } .inbox.reading .place { display: grid; }
  .views { display: flex; flex-wrap: wrap; }
}
`);
