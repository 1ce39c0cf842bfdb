// @ts-check
/** A help article, and the list of what was promised. */

import { h, icon, link } from "../dom.js";
import { blocksOf } from "../markdown.js";

/** @import {Block} from "../types.js" */
/** @import {Context} from "./index.js" */

/** @param {Block} block @param {Context} context */
export function article(block, { words: { say } }) {
  const steps = (block.steps || []).map((/** @type {string} */ step) => h("li", {}, ...blocksOf(step)));
  return h("div", { class: "said" },
    h("article", { class: "card article", "aria-label": `${say("article")}: ${block.title}` },
      block.category && h("p", { class: "muted over" }, block.category),
      h("h3", { dir: "auto" }, block.title),
      h("div", { dir: "auto" }, ...blocksOf(block.answer || "")),
      steps.length > 0 && h("ol", { class: "steps", dir: "auto" }, ...steps),
      block.more && h("div", { dir: "auto" }, ...blocksOf(block.more)),
      block.source && h("p", { class: "muted" }, block.source),
      block.url && h("footer", { class: "actions" }, link(block.url, icon("out"), say("article_open")))),
    block.question && h("div", { class: "text", dir: "auto" }, ...blocksOf(block.question)));
}

/** @param {Block} block @param {Context} context */
export function promises(block, { words: { say } }) {
  const rows = (block.rows || []).map((/** @type {string} */ row) => h("li", {}, row));
  return h("section", { class: "card", "aria-label": say("promises") },
    h("h3", {}, say("promises")), h("ul", { class: "promises", dir: "auto" }, ...rows));
}
