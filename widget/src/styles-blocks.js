// @ts-check
/** The look of what messages hold: cards, pickers, buttons, fields. */

export const blocks = /* css */ `
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 14px 16px; display: flex; flex-direction: column; gap: 12px; overflow-wrap: anywhere; }
.card > * { min-inline-size: 0; }
.card header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 10px; }
h3 { font-size: 1em; font-weight: 650; line-height: 1.35; font-variant-numeric: tabular-nums; }
.pill { font-size: .8em; font-weight: 600; line-height: 1.4; padding: 3px 10px; border-radius: 99px; background: var(--soft); color: var(--tint); }
.lines { list-style: none; display: flex; flex-direction: column; gap: 6px; }
.lines li { display: flex; justify-content: space-between; gap: 14px; }
.lines .gone .what > span:first-of-type { text-decoration: line-through; }
.price, .times { font-variant-numeric: tabular-nums; white-space: nowrap; }
dl { display: flex; flex-direction: column; gap: 6px; }
dl > div { display: flex; justify-content: space-between; gap: 14px; }
dt { color: var(--muted); font-size: .933em; } dd { text-align: end; font-variant-numeric: tabular-nums; }
.sums { border-block-start: 1px solid var(--line); padding-block-start: 10px; }
.sums > div:first-child dd { font-weight: 600; }
summary { color: var(--muted); font-size: .867em; min-block-size: 28px; display: flex; align-items: center; gap: 4px; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::after { content: ""; inline-size: 7px; block-size: 7px; margin-inline: 4px; border: solid currentColor; border-width: 0 1.6px 1.6px 0; transform: translateY(-2px) rotate(45deg); }
details[open] > summary::after { transform: translateY(2px) rotate(225deg); }
details > dl { padding-block-start: 4px; font-size: .933em; }
.timeline ol { list-style: none; }
.timeline li { position: relative; display: flex; flex-direction: column; padding-inline-start: 22px; padding-block-end: 10px; line-height: 1.4; }
.timeline li::before { content: ""; position: absolute; inset-inline-start: 2px; inset-block-start: 6px; inline-size: 9px; block-size: 9px; border-radius: 50%; background: var(--line); }
.timeline > ol > li::before { background: var(--tint); box-shadow: 0 0 0 3px color-mix(in srgb, var(--tint) 18%, transparent); }
.timeline li::after { content: ""; position: absolute; inset-inline-start: 6px; inset-block: 19px -2px; inline-size: 1px; background: var(--line); }
.timeline details li:last-child::after, .timeline > ol:only-child > li::after { content: none; }
.timeline > ol:only-child > li { padding-block-end: 0; }
.timeline .step { font-weight: 500; align-self: flex-start; } .timeline details .step { font-weight: 400; }
.timeline summary { padding-inline-start: 22px; }
.actions { display: flex; flex-wrap: wrap; gap: 4px 18px; border-block-start: 1px solid var(--line); padding-block-start: 8px; }
.actions a, .action a { display: inline-flex; align-items: center; gap: 6px; min-block-size: 32px; font-weight: 550; text-decoration: none; }
.actions a:hover, .action a:hover { text-decoration: underline; }
.actions .icon, .action .icon { inline-size: 1.1em; block-size: 1.1em; }
.secure { gap: 4px; }
.said { display: flex; flex-direction: column; gap: 8px; align-items: flex-start; } .said .card { inline-size: 100%; }
.over { font-size: .8em; letter-spacing: .02em; margin-block-end: -8px; }
.promises li + li { margin-block-start: .4em; }
.notice { display: flex; gap: 10px; padding: 10px 14px; border-radius: 12px; border: 1px solid var(--line); background: var(--soft); font-size: .933em; overflow-wrap: anywhere; }
.notice .icon { color: var(--tint); margin-block-start: 1px; }
.msg.notice { display: flex; flex-direction: column; align-items: flex-start; padding: 0; border: 0; border-radius: 0; background: none; font-size: 1em; gap: 0; }

.replies { display: flex; flex-wrap: wrap; gap: 8px; }
.reply { display: inline-flex; align-items: center; gap: 6px; min-block-size: 40px; padding: 7px 16px; border: 1px solid var(--tint); border-radius: 99px; color: var(--tint); background: var(--surface); font-weight: 550; line-height: 1.3; overflow-wrap: anywhere; }
.reply:hover:not(:disabled) { background: var(--soft); }
fieldset:disabled .reply, fieldset:disabled .row { border-color: var(--line); color: var(--muted); cursor: default; background: none; }
fieldset:disabled .chosen, .chosen.reply, .chosen.row { border-color: var(--tint); color: var(--tint); background: var(--soft); }
.starts { flex-direction: column; align-items: flex-start; } .starts .row { margin-block-end: 4px; }
.pick { display: flex; flex-direction: column; gap: 8px; align-items: stretch; }
.picker { list-style: none; display: flex; flex-direction: column; gap: 6px; max-block-size: 330px; overflow-y: auto; padding: 2px; margin: -2px; scrollbar-width: thin; }
.row { position: relative; display: flex; flex-direction: column; inline-size: 100%; padding: 10px 14px; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); line-height: 1.4; overflow-wrap: anywhere; }
.row:hover:not(:disabled) { border-color: var(--tint); }
.row .top { display: flex; justify-content: space-between; gap: 12px; font-weight: 600; font-variant-numeric: tabular-nums; }
.row .muted:empty { display: none; } .row .what { align-self: flex-start; }
.row > .icon { position: absolute; inset-block-end: 10px; inset-inline-end: 12px; }
.row.box { flex-direction: row; gap: 12px; align-items: flex-start; cursor: pointer; min-block-size: 44px; }
.row.box > span { display: flex; flex-direction: column; }
.row.box:has(:checked) { border-color: var(--tint); background: var(--soft); }
.row.box:has(:focus-visible) { outline: 2px solid var(--tint); outline-offset: 1px; }
input[type=checkbox] { inline-size: 18px; block-size: 18px; margin: 2px 0 0; accent-color: var(--tint); flex: none; }
fieldset:disabled .picker { max-block-size: none; overflow: visible; }
.pick .primary { align-self: flex-start; }
fieldset:disabled .primary { display: none; }
.search { display: flex; align-items: center; gap: 8px; border: 1px solid var(--edge); border-radius: 12px; padding-inline: 12px; background: var(--surface); color: var(--muted); }
.search:focus-within { border-color: var(--tint); box-shadow: 0 0 0 1px var(--tint); }
.search input { flex: 1; min-inline-size: 0; border: 0; outline: 0; background: none; color: var(--ink); min-block-size: 42px; }
fieldset:disabled .search, fieldset:disabled .field form { display: none; }

.field { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 12px 14px; }
.field label { display: block; font-weight: 600; font-size: .933em; margin-block-end: 6px; }
.entry { display: flex; flex-wrap: wrap; gap: 8px; }
.entry input { flex: 1 1 9rem; min-inline-size: 0; min-block-size: 44px; border: 1px solid var(--edge); border-radius: 12px; padding: 8px 12px; background: var(--surface); }
.entry input[aria-invalid=true] { border-color: var(--bad); }
.field .error:not(:empty) { margin-block-start: 6px; }
fieldset.field:disabled { display: none; }
.rating { display: flex; flex-wrap: wrap; align-items: center; gap: 10px; }
.stars { display: flex; }
.star { display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 50%; color: var(--muted); cursor: pointer; position: relative; }
.star .icon { inline-size: 28px; block-size: 28px; }
.star:has(~ .star :checked) .icon, .star:has(:checked) .icon { fill: var(--tint); color: var(--tint); }
.star:has(:focus-visible) { outline: 2px solid var(--tint); }
.star:hover { background: var(--raised); }
.sheet textarea { border: 1px solid var(--edge); border-radius: 12px; padding: 10px 12px; background: var(--surface); inline-size: 100%; resize: vertical; }
.photo { inline-size: fit-content; border-radius: 14px; overflow: hidden; border: 1px solid var(--line); }
.photo a { display: block; } .photo img { display: block; inline-size: auto; max-inline-size: 220px; max-block-size: 220px; block-size: auto; object-fit: cover; background: var(--raised); }
.file { display: inline-flex; gap: 8px; align-items: center; padding: 9px 14px; border-radius: 12px; border: 1px solid var(--line); background: var(--surface); }
`;
