// @ts-check
/** The way in: name, password and the code of the phone. Pasting and password managers are welcome. */

import { told } from "../api.js";
import { button } from "../components/index.js";
import { field } from "../components/field.js";
import { h, icon } from "../dom.js";
import { say } from "../words.js";

/** @import {Api} from "../api.js" */
/** @import {Me} from "../types.js" */

const DIGITS = 6;

/** @param {Api} api @param {string} why one is here again @param {(me: Me) => void} enter */
export function signIn(api, why, enter) {
  const user = field(say("user"), { name: "user", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  const password = field(say("password"), { name: "password", type: "password", autocomplete: "current-password", required: true });
  const code = field(say("code"), {
    name: "code", class: "code", autocomplete: "one-time-code", inputmode: "numeric", hint: say("code_hint"), required: true,
  });
  const error = h("p", { class: "bad row", role: "alert" });
  const main = button(say("sign_in"), null, { kind: "primary" });
  const form = h("form", { novalidate: true, "aria-labelledby": "sign-in-title" },
    h("p", { class: "brand" }, h("img", { src: mark(), alt: "" }), h("span", { class: "label" }, say("desk"))),
    h("h1", { id: "sign-in-title" }, say("sign_in")),
    why && h("p", { class: "muted" }, why),
    user.element, password.element, code.element, error, main);
  const send = async () => {
    const digits = code.value.replace(/\D/g, "");
    const missing = [user, password].find((each) => !each.value);
    if (missing) return missing.wrong(say("field_missing"));
    if (digits.length !== DIGITS) return code.wrong(say("code_short"));
    main.classList.add("busy");
    error.replaceChildren();
    try {
      enter(await api.post("/sign-in", { user: user.value.trim(), password: password.value, code: digits }));
    } catch (problem) {
      error.replaceChildren(icon("alert"), told(problem));
      code.input.value = "";
      code.input.focus();
    }
    main.classList.remove("busy");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const each of [user, password, code]) each.wrong("");
    if (!main.classList.contains("busy")) send();
  });
  return { element: h("main", { class: "sign-in" }, form), focus: () => user.input.focus() };
}

/** The sign of the desk, beside this module. */
export const mark = () => new URL("icon.svg", import.meta.url).href;
