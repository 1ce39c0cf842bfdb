// @ts-check
/** What can be done everywhere on the desk, and what a search of the palette finds. */

import { say, words } from "./words.js";

/** @import {App} from "./app.js" */
/** @import {Command, InboxItem} from "./types.js" */
/** @import {Entry} from "./screens.js" */

const FOUND = 6;

/** @param {App} app @param {Entry[]} entries @returns {Command[]} */
export function deskCommands(app, entries) {
  const { presence, settings } = app;
  const away = presence.status === "away";
  return [
    { id: "palette", key: "Mod+k", label: say("palette"), group: say("group_desk"), icon: "command", run: () => app.palette() },
    { id: "help", key: "?", label: say("keys"), group: say("group_desk"), icon: "help", run: () => app.help() },
    ...entries.map((entry) => /** @type {Command} */ ({
      id: `go.${entry.to}`, key: entry.key, label: say("go_to", { what: say(entry.label) }), group: say("group_go"),
      icon: entry.icon, run: () => app.go(entry.to),
    })),
    { id: "settings", label: say("go_to", { what: say("settings") }), group: say("group_go"), icon: "gear", run: () => app.go("/settings") },
    {
      id: "presence", label: say(away ? "be_online" : "be_away"), group: say("group_desk"), icon: "person", also: say("presence"),
      run: () => {
        presence.status = away ? "online" : "away";
        app.toasts.show(say(away ? "now_online" : "now_away"));
      },
    },
    ...["auto", "light", "dark"].map((theme) => /** @type {Command} */ ({
      id: `theme.${theme}`, label: say(`theme_to_${theme}`), group: say("group_desk"), icon: "spark", also: say("theme"),
      when: () => settings.get("theme") !== theme, run: () => settings.set("theme", /** @type {any} */ (theme)),
    })),
    { id: "sign-out", label: say("sign_out"), group: say("group_desk"), icon: "out", run: () => app.signOut() },
  ];
}

/**
 * Conversations that fit what was written, and the search for orders.
 * @param {App} app @param {string} text
 * @returns {Promise<Command[]>}
 */
export async function found(app, text) {
  if (text.length < 2) return [];
  const all = await app.api.get("/inbox", { view: "all", q: text }).catch(() => ({ items: [] }));
  return [...chats(app, all.items), search(app, text, "orders", "box"), search(app, text, "cases", "folder")];
}

/**
 * @param {App} app @param {string} text @param {"orders" | "cases"} what @param {Command["icon"]} icon
 * @returns {Command}
 */
function search(app, text, what, icon) {
  const run = () => app.go(`/${what}?q=${encodeURIComponent(text)}`);
  return { id: `search.${what}`, icon, group: say("group_search"), label: say(`search_${what}_for`, { text }), run };
}

/** @param {App} app @param {InboxItem[]} items @returns {Command[]} */
function chats(app, items) {
  return items.slice(0, FOUND).map((/** @type {InboxItem} */ item) => ({
    id: `conversation.${item.conversation_id}`, icon: "chat", group: say("group_chats"), label: labelOf(item),
    run: () => app.go(`/inbox/all/${item.conversation_id}`),
  }));
}

/** @param {InboxItem} item */
function labelOf(item) {
  const name = item.buyer.name || say("guest");
  return [name, item.order?.number, words.named("owner", item.owner)].filter(Boolean).join(" · ");
}
