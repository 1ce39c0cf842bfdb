// @ts-check
/** Begins: who is signed in, and then the desk or the way in. */

import { Api, Refused, told } from "./api.js";
import { App } from "./app.js";
import { button, empty } from "./components/index.js";
import { h } from "./dom.js";
import { signIn } from "./screens/sign-in.js";
import { sheet } from "./styles.js";
import { say } from "./words.js";

/** @import {Me} from "./types.js" */

document.adoptedStyleSheets = [sheet];
const api = new Api();
/** @type {App | null} */
let app = null;

/** @param {Me} me */
function enter(me) {
  api.csrf = me.csrf;
  api.onSignedOut = () => leave(say("signed_out_idle"));
  app = new App(api, me, () => leave(""));
  document.body.replaceChildren(app.element);
  app.begin();
}

/** @param {string} [why] */
function leave(why = "") {
  if (!app && document.querySelector(".sign-in")) return;
  app?.end();
  app = null;
  api.csrf = "";
  api.onSignedOut = () => {};
  for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
  const form = signIn(api, why, enter);
  document.title = `${say("sign_in")} · ${say("desk")}`;
  document.body.replaceChildren(form.element);
  form.focus();
}

async function begin() {
  try {
    enter(await api.get("/me"));
  } catch (problem) {
    if (problem instanceof Refused && problem.status === 401) return leave();
    const again = button(say("try_again"), () => begin(), { kind: "primary" });
    document.body.replaceChildren(h("main", { class: "sign-in" }, empty("alert", say("desk_down"), told(problem), again)));
  }
}

begin();
