// @ts-check
/** Warns before a session ends for want of anything done, so that no draft is lost by surprise. */

import { ask } from "./components/dialog.js";
import { h } from "./dom.js";
import { say } from "./words.js";

const LOOK = 5_000;
const WARN = 120; // seconds before the end
const KEY = "desk.active";
const SIGNS = ["pointerdown", "keydown", "wheel"];

/**
 * Watch for signs of life in any tab; returns what stops it.
 * @param {number} seconds that a session lasts without any @param {() => Promise<unknown>} stay tells the server
 * @param {() => void} over
 */
export function watchIdle(seconds, stay, over) {
  /** @type {((value: any) => void) | null} */
  let put = null;
  let told = Date.now();
  const alive = () => localStorage.setItem(KEY, String(Date.now()));
  const sign = () => put || alive();
  const look = () => {
    const quiet = (Date.now() - Number(localStorage.getItem(KEY))) / 1000;
    if (quiet >= seconds) return over();
    if (quiet < seconds - WARN) {
      put?.(null); // another tab was used meanwhile
      // Reading and moving about is life, too: the server hears of it now and then.
      if (Date.now() - told > (seconds * 1000) / 3 && quiet < seconds / 3) (told = Date.now()), stay();
    } else if (!put) warn();
  };
  const warn = async () => {
    const stays = await ask({
      title: say("idle_title"), body: h("p", {}, say("idle_text", { n: Math.ceil(WARN / 60) })), yes: say("idle_stay"), no: say("sign_out"),
      opened: (end) => (put = end),
      answer: () => stay().then(() => true),
    });
    put = null;
    if (stays) alive();
  };
  alive();
  for (const each of SIGNS) addEventListener(each, sign, { passive: true, capture: true });
  const timer = setInterval(look, LOOK);
  return () => {
    clearInterval(timer);
    put?.(null);
    for (const each of SIGNS) removeEventListener(each, sign, { capture: true });
  };
}
