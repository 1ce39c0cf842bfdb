// @ts-check
/** The look of the components: buttons, fields, tables, dialogs, badges, menus, toasts. */

export const parts = /* css */ `
.button { display: inline-flex; align-items: center; justify-content: center; gap: 7px; min-block-size: 34px; padding: 5px 13px; border: 1px solid var(--edge); border-radius: var(--round-small); background: var(--surface); font-weight: 550; line-height: 1.3; text-decoration: none; color: var(--ink); white-space: nowrap; }
.button:hover { background: var(--raised); }
.button .icon { margin-inline-start: -3px; }
.button.primary { background: var(--tint); border-color: transparent; color: var(--on-tint); } .button.primary:hover { filter: brightness(1.1); }
.button.danger { color: var(--bad); border-color: var(--bad); } .button.danger:hover { background: color-mix(in srgb, var(--bad) 9%, var(--surface)); }
.button.quiet { border-color: transparent; background: none; } .button.quiet:hover { background: var(--raised); }
.button.small { min-block-size: 28px; padding: 2px 9px; font-size: .929em; }
.button:disabled, .button[aria-disabled=true] { color: var(--muted); background: var(--raised); border-color: transparent; cursor: default; filter: none; }
.button.busy { opacity: .75; cursor: progress; }
.icon-button { display: inline-grid; place-items: center; inline-size: 34px; block-size: 34px; border-radius: var(--round-small); color: var(--muted); flex: none; }
.icon-button .icon[data-icon=more] { stroke-width: 3; }
.icon-button:hover, .icon-button[aria-expanded=true] { background: var(--raised); color: var(--ink); }
.icon-button[aria-pressed=true] { color: var(--tint); background: var(--soft); }
.link-button { color: var(--tint); text-decoration: underline; text-underline-offset: 2px; min-block-size: 24px; }

.field { display: flex; flex-direction: column; gap: 4px; min-inline-size: 0; }
.field label, .field legend, .label-text { font-weight: 600; font-size: .929em; }
.field .hint { color: var(--muted); font-size: .857em; }
.field .error { display: flex; gap: 5px; align-items: center; color: var(--bad); font-size: .857em; } .field .error:empty { display: none; }
.input { inline-size: 100%; min-block-size: 36px; padding: 6px 10px; border: 1px solid var(--edge); border-radius: var(--round-small); background: var(--surface); }
textarea.input { resize: vertical; line-height: 1.45; }
.input:focus { outline: 2px solid var(--tint); outline-offset: -1px; border-color: var(--tint); }
.input[aria-invalid=true] { border-color: var(--bad); }
select.input { inline-size: auto; max-inline-size: 100%; padding-inline-end: 6px; }
.input.small { min-block-size: 30px; padding: 2px 8px; }
.check { display: flex; align-items: flex-start; gap: 9px; min-block-size: 28px; padding-block: 3px; cursor: pointer; }
.check input { inline-size: 17px; block-size: 17px; margin: 2px 0 0; accent-color: var(--tint); flex: none; }
.check .hint { display: block; color: var(--muted); font-size: .857em; }
.search-box { position: relative; display: flex; align-items: center; flex: 1; min-inline-size: 0; }
.search-box .icon { position: absolute; inset-inline-start: 9px; color: var(--muted); pointer-events: none; }
.search-box .input { padding-inline-start: 34px; }

.badge { display: inline-flex; align-items: center; gap: 4px; padding: 0 7px; border-radius: 99px; background: var(--raised); color: var(--ink); font-size: .786rem; font-weight: 500; line-height: 1.65; white-space: nowrap; max-inline-size: 100%; overflow: hidden; text-overflow: ellipsis; }
.badge .icon { inline-size: 1.1em; block-size: 1.1em; }
.badge.tint { background: var(--soft); color: var(--tint); }
.badge.bad { background: color-mix(in srgb, var(--bad) 11%, var(--surface)); color: var(--bad); }
.badge.warn { background: color-mix(in srgb, var(--warn) 12%, var(--surface)); color: var(--warn); }
.badge.good { background: color-mix(in srgb, var(--good) 11%, var(--surface)); color: var(--good); }
.badge.info { background: color-mix(in srgb, var(--info) 11%, var(--surface)); color: var(--info); }
.dot { inline-size: 9px; block-size: 9px; border-radius: 50%; flex: none; background: var(--edge); } .dot.on { background: var(--good); } .dot.away { background: none; border: 2px solid var(--warn); }
.face { display: inline-grid; place-items: center; inline-size: 30px; block-size: 30px; border-radius: 50%; background: var(--soft); color: var(--tint); font-size: .786rem; font-weight: 650; object-fit: cover; flex: none; overflow: hidden; }
.face.small { inline-size: 22px; block-size: 22px; font-size: .643rem; }
.faces { display: inline-flex; } .faces .face + .face { margin-inline-start: -6px; box-shadow: 0 0 0 2px var(--surface); }

.table-wrap { overflow-x: auto; border: 1px solid var(--line); border-radius: var(--round); }
table { inline-size: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: start; font-weight: 600; font-size: .857em; color: var(--muted); white-space: nowrap; } th, td { padding: 8px 12px; border-block-end: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-block-end: 0; } tbody tr:hover { background: var(--raised); } td.end, th.end { text-align: end; }
tbody th { color: inherit; font-size: 1em; }
td a, th a { font-weight: 600; text-decoration: none; } td a:hover, th a:hover { text-decoration: underline; }

.tabs { display: flex; gap: 2px; border-block-end: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; }
.tabs [role=tab] { display: inline-flex; align-items: center; gap: 6px; min-block-size: 38px; padding: 6px 12px; color: var(--muted); font-weight: 550; border-block-end: 2px solid transparent; margin-block-end: -1px; white-space: nowrap; }
.tabs [role=tab]:hover { color: var(--ink); } .tabs [role=tab][aria-selected=true] { color: var(--ink); border-color: var(--tint); }
.tabs [role=tab]:focus-visible { outline-offset: -3px; }
.segments { display: inline-flex; border: 1px solid var(--edge); border-radius: var(--round-small); overflow: hidden; background: var(--surface); }
.segments label { display: inline-flex; align-items: center; gap: 6px; min-block-size: 30px; padding: 2px 12px; cursor: pointer; } .segments label + label { border-inline-start: 1px solid var(--line); }
.segments label:hover { background: var(--raised); } .segments label:has(:checked) { background: var(--soft); color: var(--tint); font-weight: 600; } .segments label:has(:focus-visible) { outline: 2px solid var(--tint); outline-offset: -2px; border-radius: var(--round-small); }

.menu-holder { display: inline-flex; } .rail .menu-holder { display: flex; }
.menu { position: fixed; inset: auto; margin: 0; color: var(--ink); min-inline-size: 210px; max-inline-size: min(340px, 90vw); max-block-size: min(80vh, 460px); overflow: auto; padding: 5px; background: var(--surface); border: 1px solid var(--line); border-radius: var(--round); box-shadow: var(--shadow); }
.menu-item { display: flex; align-items: center; gap: 10px; inline-size: 100%; min-block-size: 34px; padding: 5px 10px; border-radius: 6px; }
.menu-item .icon { color: var(--muted); } .menu-item .label { flex: 1; } .menu-item:hover, .menu-item:focus-visible { background: var(--raised); outline-offset: -2px; }
.menu-item[aria-checked=true] .icon.tick { color: var(--tint); } .menu hr { border: 0; border-block-start: 1px solid var(--line); margin: 5px 0; }
.menu .title { padding: 6px 10px 3px; color: var(--muted); font-size: .857em; }

dialog { inline-size: min(480px, calc(100vw - 24px)); max-block-size: calc(100dvh - 24px); padding: 0; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); color: var(--ink); box-shadow: 0 20px 60px rgb(0 0 0 / .3); }
dialog.wide { inline-size: min(720px, calc(100vw - 24px)); }
dialog::backdrop { background: rgb(10 12 14 / .45); }
dialog form, dialog .inside { display: flex; flex-direction: column; gap: 14px; padding: 20px; }
dialog h2 { font-size: 1.143rem; } .choices { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; margin-block-start: 4px; }

.toasts { position: fixed; z-index: 40; inset-block-end: 14px; inset-inline-start: 14px; display: flex; flex-direction: column; align-items: flex-start; gap: 8px; pointer-events: none; max-inline-size: min(480px, calc(100vw - 28px)); }
.toast { pointer-events: auto; display: flex; align-items: center; gap: 10px; max-inline-size: 100%; padding: 8px 8px 8px 14px; border-radius: var(--round); background: light-dark(#24282c, #e9ebed); color: light-dark(#ffffff, #1b1d1f); box-shadow: var(--shadow); animation: rise .16s ease-out; }
.toast .link-button { color: inherit; font-weight: 600; padding-inline: 6px; } .toast .icon-button { color: inherit; inline-size: 28px; block-size: 28px; } .toast .icon-button:hover { background: rgb(128 128 128 / .3); color: inherit; }
@keyframes rise { from { opacity: 0; transform: translateY(6px); } }

.empty { display: grid; place-items: center; place-content: center; gap: 6px; padding: 48px 20px; text-align: center; color: var(--muted); } .empty .icon { inline-size: 30px; block-size: 30px; stroke-width: 1.3; } .empty .strong { color: var(--ink); } .empty p { max-inline-size: 40ch; }
.skeleton { display: flex; flex-direction: column; gap: 14px; padding: 16px; } .skeleton i { display: block; block-size: 12px; border-radius: 6px; background: var(--raised); animation: breathe 1.6s infinite ease-in-out; } .skeleton i:nth-child(3n) { inline-size: 55%; } .skeleton i:nth-child(3n+1) { inline-size: 82%; }
@keyframes breathe { 50% { opacity: .45; } }
.notice { display: flex; align-items: flex-start; gap: 9px; padding: 9px 12px; border: 1px solid var(--line); border-radius: var(--round); background: var(--raised); } .notice .icon { margin-block-start: 1px; }
.notice.bad { color: var(--bad); border-color: currentColor; background: color-mix(in srgb, var(--bad) 6%, var(--surface)); } .notice.warn { border-color: var(--note-line); background: var(--note); } .notice.good { color: var(--good); background: color-mix(in srgb, var(--good) 7%, var(--surface)); }
.card { border: 1px solid var(--line); border-radius: var(--round); padding: 14px 16px; background: var(--surface); display: flex; flex-direction: column; gap: 10px; min-inline-size: 0; overflow-wrap: anywhere; }
.card > header h2 { font-size: 1em; } .card > header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 10px; }
.facts { display: grid; grid-template-columns: minmax(6rem, auto) minmax(0, 1fr); gap: 4px 14px; } .facts dt { color: var(--muted); } .facts dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
details > summary { display: flex; align-items: center; gap: 6px; min-block-size: 28px; cursor: pointer; list-style: none; color: var(--muted); } summary::-webkit-details-marker { display: none; }
summary::before { content: ""; inline-size: 6px; block-size: 6px; border: solid currentColor; border-width: 0 1.6px 1.6px 0; transform: rotate(-45deg); flex: none; } [dir=rtl] summary::before { transform: rotate(135deg); } details[open] > summary::before { transform: rotate(45deg) translateY(-2px); }

.palette { inline-size: min(600px, calc(100vw - 24px)); margin-block-start: min(14vh, 120px); overflow: hidden; } .palette .entry { display: flex; align-items: center; gap: 10px; padding: 4px 16px; border-block-end: 1px solid var(--line); } .palette input { flex: 1; min-block-size: 46px; border: 0; outline: 0; background: none; font-size: 1.071em; min-inline-size: 0; }
.palette .entry:has(:focus-visible) { box-shadow: inset 0 -2px var(--tint); }
.palette ul { max-block-size: min(52vh, 420px); overflow-y: auto; padding: 6px; list-style: none; } .palette .group { padding: 8px 10px 3px; color: var(--muted); font-size: .857em; }
.palette [role=option] { display: flex; align-items: center; gap: 10px; min-block-size: 36px; padding: 4px 10px; border-radius: 7px; cursor: pointer; } .palette [role=option] .icon { color: var(--muted); } .palette [role=option][aria-selected=true] { background: var(--soft); } .palette .none { padding: 18px; color: var(--muted); text-align: center; }
.keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 18px; } .keys h3 { margin-block-end: 6px; } .keys dl > div { display: flex; align-items: center; justify-content: space-between; gap: 12px; padding: 3px 0; }

.sign-in { display: grid; place-items: center; block-size: 100dvh; overflow-y: auto; padding: 24px 16px; } .sign-in form { inline-size: min(360px, 100%); display: flex; flex-direction: column; gap: 16px; } .sign-in .brand { padding: 0; font-size: 1.143em; } .sign-in .brand img { inline-size: 34px; block-size: 34px; } .sign-in h1 { font-size: 1.571rem; } .sign-in .button { min-block-size: 42px; } .sign-in .input { min-block-size: 42px; } .sign-in .code { font: 500 1.286em/1 var(--mono); letter-spacing: .28em; text-align: center; }
@media (forced-colors: active) { .button.primary { color: ButtonText; background: ButtonFace; border-color: ButtonText; } .count.loud, .count-new, .toast { color: CanvasText; background: Canvas; } .toast, dialog, .menu { border: 1px solid; } .face { border: 1px solid; } .dot.on { background: Highlight; forced-color-adjust: none; } }
`;
