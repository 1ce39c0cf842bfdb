// @ts-check
/** A question over the page: the browser's own modal dialog, so focus and Escape are its business. */

import { h, newId } from "../dom.js";
import { say } from "../words.js";

/** @import {Child} from "../dom.js" */

/**
 * @typedef {object} Asked
 * @property {string} title
 * @property {Child | Child[]} [body]
 * @property {string} [yes] what the main button says; none without it
 * @property {string} [no]
 * @property {boolean} [danger]
 * @property {boolean} [wide]
 * @property {() => unknown} [answer] the value it ends with; a promise keeps it open until then,
 *   and what it throws is shown in the dialog
 * @property {(end: (value: any) => void) => void} [opened] may end it by itself
 */

/**
 * Ask, and wait for the answer: what `answer` gives (true without one), null when it was put away.
 * @param {Asked} asked @param {(problem: unknown) => string} [tell]
 * @returns {Promise<any>}
 */
export function ask(asked, tell = String) {
  const { title, body = [], yes, no = say("cancel"), danger, wide, answer, opened } = asked;
  const back = /** @type {HTMLElement | null} */ (document.activeElement);
  const id = newId("dialog");
  const error = h("p", { class: "bad", role: "alert" });
  const main = yes ? h("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, yes) : null;
  const cancel = h("button", { type: "button", class: "button" }, yes ? no : say("close"));
  const form = h("form", { method: "dialog", novalidate: true },
    h("h2", { id, tabindex: "-1" }, title), ...[body].flat(), error,
    h("div", { class: "choices" }, cancel, main));
  const dialog = h("dialog", { "aria-labelledby": id, class: wide ? "wide" : null }, form);
  return new Promise((resolve) => {
    /** @param {any} value */
    const end = (value) => {
      if (!dialog.isConnected) return;
      dialog.close();
      dialog.remove();
      again(back)?.focus();
      resolve(value);
    };
    cancel.addEventListener("click", () => end(null));
    dialog.addEventListener("cancel", (event) => (event.preventDefault(), end(null)));
    dialog.addEventListener("pointerdown", (event) => event.target === dialog && outside(dialog, event) && end(null));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (main?.classList.contains("busy")) return;
      main?.classList.add("busy");
      error.textContent = "";
      try {
        const value = answer ? await answer() : true;
        if (value !== undefined) end(value); // undefined: something in it is not right yet
      } catch (problem) {
        error.textContent = tell(problem);
      }
      main?.classList.remove("busy");
    });
    document.body.append(dialog);
    dialog.showModal();
    first(form, Boolean(yes))?.focus();
    opened?.(end);
  });
}

/** @param {HTMLFormElement} form where the focus begins: the first thing to fill in, or the heading @param {boolean} asks */
function first(form, asks) {
  const wanted = "[autofocus], input:not([type=hidden]):not(:disabled), textarea, select";
  return /** @type {HTMLElement | null} */ ((asks && form.querySelector(wanted)) || form.querySelector("h2"));
}

/** What had the focus, or what stands in its place where it was drawn anew. @param {HTMLElement | null} back */
function again(back) {
  if (!back || back.isConnected) return back;
  const { act } = back.dataset;
  return act ? /** @type {HTMLElement | null} */ (document.querySelector(`[data-act="${act}"]`)) : null;
}

/** @param {HTMLDialogElement} dialog @param {PointerEvent} event */
function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

/**
 * Ask for a yes.
 * @param {string} title @param {string} text @param {string} yes @param {boolean} [danger]
 * @returns {Promise<boolean>}
 */
export async function confirm(title, text, yes, danger = false) {
  return (await ask({ title, body: h("p", {}, text), yes, danger })) === true;
}
