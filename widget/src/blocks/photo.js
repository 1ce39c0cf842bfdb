// @ts-check
/** Photos in the talk, and the invitation to send some. */

import { button, h, icon, link } from "../dom.js";

/** @import {Block} from "../types.js" */
/** @import {Context} from "./index.js" */

/** @param {Block} block @param {Context} context */
export function photo(block, { client, words: { say }, mine }) {
  const address = block.url ? client.api.absolute(block.url) : "";
  const name = say(mine ? "photo_sent" : "photo_got");
  if (!address || !String(block.media_type).startsWith("image/")) {
    return h("p", { class: "file" }, icon("file"), say("file"));
  }
  const { width, height } = block;
  const image = h("img", { src: address, alt: name, width, height, decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(h("p", { class: "file" }, icon("clip"), name)));
  return h("div", { class: "photo" }, link(address, image));
}

/** @param {Context} context */
export function askPhotos({ words: { say }, pickFiles }) {
  const touch = matchMedia("(pointer: coarse)").matches;
  return h("fieldset", { class: "replies" },
    button("reply", () => pickFiles(false), icon("clip"), say("photo_add")),
    touch && button("reply", () => pickFiles(true), icon("clip"), say("photo_camera")));
}
