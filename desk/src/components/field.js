// @ts-check
/** Things to fill in: each with its label, a hint, and a place for what is wrong with it. */

import { h, icon, newId } from "../dom.js";

/** @import {Child} from "../dom.js" */

/**
 * @typedef {object} Field
 * @property {HTMLElement} element
 * @property {HTMLInputElement & HTMLTextAreaElement} input
 * @property {string} value as it was written
 * @property {(text: string) => void} wrong say what is wrong with it, or nothing
 */

/**
 * A line or, with `rows`, an area of text.
 * @param {string} label
 * @param {{name?: string, type?: string, value?: string, hint?: string, rows?: number, required?: boolean, hidden?: boolean, [attribute: string]: any}} [how]
 * @returns {Field}
 */
export function field(label, { hint, rows, value = "", hidden, class: className = "", ...rest } = {}) {
  const id = newId("field");
  const described = hint ? `${id}-hint ${id}-error` : `${id}-error`;
  const shared = { id, class: `input ${className}`.trim(), "aria-describedby": described, ...rest };
  const input = /** @type {any} */ (rows ? h("textarea", { rows, ...shared }) : h("input", { type: "text", ...shared }));
  input.value = value;
  const error = h("p", { class: "error", id: `${id}-error` });
  const element = h("div", { class: "field" },
    h("label", { for: id, class: hidden ? "sr" : null }, label), input,
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint), error);
  return {
    element, input,
    get value() {
      return input.value;
    },
    wrong(text) {
      error.replaceChildren(...(text ? [icon("alert"), text] : []));
      if (text) error.setAttribute("role", "alert");
      else error.removeAttribute("role");
      input.setAttribute("aria-invalid", String(Boolean(text)));
      if (text) input.focus();
    },
  };
}

/**
 * Choose one of some: [value, label] each.
 * @param {string} label @param {[string, string][]} options
 * @param {{value?: string, hidden?: boolean, small?: boolean, onchange?: (value: string) => void, [attribute: string]: any}} [how]
 */
export function select(label, options, { value, hidden, small, onchange, ...rest } = {}) {
  const id = newId("select");
  const input = h("select", { id, class: small ? "input small" : "input", ...rest },
    ...options.map(([each, text]) => h("option", { value: each, selected: each === value }, text)));
  if (onchange) input.addEventListener("change", () => onchange(input.value));
  const element = h("div", { class: "field" }, h("label", { for: id, class: hidden ? "sr" : null }, label), input);
  return { element, input, get value() { return input.value; } };
}

/**
 * A box to tick.
 * @param {string} label
 * @param {{checked?: boolean, hint?: string, onchange?: (on: boolean) => void, disabled?: boolean}} [how]
 */
export function check(label, { checked, hint, onchange, disabled } = {}) {
  const input = h("input", { type: "checkbox", checked, disabled });
  if (onchange) input.addEventListener("change", () => onchange(input.checked));
  const element = h("label", { class: "check" }, input,
    h("span", {}, label, hint && h("span", { class: "hint" }, hint)));
  return { element, input };
}

/**
 * A few choices side by side, one of them taken: radio buttons that look like one control.
 * @param {string} label @param {[string, Child][]} options @param {string} value
 * @param {(value: string) => void} onchange
 */
export function segments(label, options, value, onchange) {
  const name = newId("segments");
  const element = h("fieldset", { class: "segments", "aria-label": label },
    ...options.map(([each, text]) =>
      h("label", {}, h("input", { type: "radio", name, value: each, checked: each === value, class: "sr" }), h("span", {}, text))));
  element.addEventListener("change", (event) => onchange(/** @type {HTMLInputElement} */ (event.target).value));
  return element;
}
