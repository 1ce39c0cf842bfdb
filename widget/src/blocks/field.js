// @ts-check
/** One question with its own kind of answer, checked before it is sent. */

import { button, h, icon } from "../dom.js";

/** @import {Block} from "../types.js" */
/** @import {Context} from "./index.js" */

/** @type {Record<string, {fits: RegExp, attributes: Record<string, string>}>} */
const KINDS = {
  email: {
    fits: /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/,
    attributes: { type: "email", autocomplete: "email", inputmode: "email", autocapitalize: "off" },
  },
  code: {
    fits: /^[\w-]{4,12}$/,
    attributes: { type: "text", autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false" },
  },
  text: { fits: /\S/, attributes: { type: "text" } },
};

let fields = 0;

/** @param {Block} block @param {Context} context */
export function field(block, { words: { say }, answer }) {
  const name = block.kind in KINDS ? block.kind : "text";
  const kind = KINDS[name];
  const id = `field${++fields}`;
  const input = h("input", { id, ...kind.attributes, "aria-describedby": `${id}-error` });
  const error = h("p", { class: "error", id: `${id}-error` });
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const value = input.value.trim();
    if (kind.fits.test(value)) return answer({ text: value }, value);
    error.setAttribute("role", "alert");
    error.replaceChildren(icon("alert"), say(value ? `field_${name}_bad` : "field_empty"));
    input.setAttribute("aria-invalid", "true");
    input.focus();
    return undefined;
  };
  return h("fieldset", { class: "field" },
    h("form", { novalidate: true, onsubmit: send },
      h("label", { for: id }, block.label || say(`field_${name}`)),
      h("div", { class: "entry" }, input, button("primary", null, say("field_send"))),
      error));
}
