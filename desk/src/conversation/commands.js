// @ts-check
/** What can be done with the open conversation: by keys, by the palette and by its menu. */

import { say } from "../words.js";

/** @import {Command} from "../types.js" */
/** @import {Pane} from "./pane.js" */

/** The move that brings a conversation to oneself, by who has it. @type {Record<string, string>} */
export const TAKING = { queued: "claim", bot: "take_over", offline: "take_over", closed: "reopen" };

/** @param {Pane} pane @returns {Command[]} */
export function commands(pane) {
  const { acts, composer, context, talk } = pane;
  const mine = () => pane.ready && talk.isMine;
  const take = TAKING[talk.conversation.owner];
  const waits = () => mine() && talk.waiting.some((each) => each.state === "waiting");
  // What fails in a dialog is told there; the rest here.
  const run = (/** @type {() => Promise<unknown>} */ act) => () => void act().catch(context.tell);
  /** @type {Command[]} */
  const all = [
    { id: "talk.claim", key: "c", label: say(`act_${take || "claim"}`), icon: "hand", when: () => pane.ready && Boolean(take), run: run(() => pane.claim()) },
    { id: "talk.reply", key: "r", label: say("reply_to_buyer"), icon: "reply", when: mine, run: () => composer.focus("reply") },
    { id: "talk.note", key: "n", label: say("act_note"), icon: "note", when: () => pane.ready, run: () => composer.focus("note") },
    { id: "talk.canned", key: "/", label: say("canned"), icon: "bolt", when: mine, run: () => composer.openCanned() },
    { id: "talk.attach", key: "a", label: say("attach"), icon: "clip", when: () => mine() && talk.thread?.takes.files !== false, run: () => composer.tray.pick() },
    { id: "talk.undo", key: "z", label: say("undo_last"), icon: "undo", when: waits, run: run(() => pane.undoLast()) },
    { id: "talk.transfer", key: "t", label: say("act_transfer"), icon: "switch", when: mine, run: run(() => acts.transfer()) },
    { id: "talk.snooze", key: "s", label: say("act_snooze"), icon: "snooze", when: mine, run: run(() => acts.snooze()) },
    { id: "talk.wake", label: say("act_wake"), icon: "bell", when: () => mine() && pane.sleeps, run: run(() => acts.move("snooze", { until: null })) },
    { id: "talk.return", key: "b", label: say("act_return"), icon: "reply", when: mine, run: run(() => acts.giveBack()) },
    { id: "talk.close", key: "e", label: say("act_close"), icon: "check", when: mine, run: run(() => acts.close()) },
    { id: "talk.details", key: "i", label: say("details_toggle"), icon: "panel", when: () => pane.ready, run: () => pane.toggleDetails() },
  ];
  return all.map((each) => ({ group: say("group_chat"), ...each }));
}
