// @ts-check
/** The chats: a list on one side, the one that is open on the other. */

import { empty, heading } from "../components/index.js";
import { h } from "../dom.js";

/** @import {Context, Screen} from "../types.js" */

/** @param {Context} context @returns {Screen} */
export function screen({ say, params }) {
  const title = say(`view_${params.view || "queue"}`);
  return { element: h("div", {}, heading(title), h("div", { class: "body" }, empty("inbox", title))), title, close: () => {} };
}
