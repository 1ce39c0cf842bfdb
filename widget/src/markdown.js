// @ts-check
/** A safe subset of Markdown to nodes: bold, italic, lists, links. Never HTML. */

import { h, link } from "./dom.js";

const INLINE =
  /\*\*(?=\S)([^*]+?)\*\*|(?<![\w*])[*_](?=\S)([^*_\n]+?)[*_](?![\w*])|\[([^\]\n]+)\]\((\S+?)\)|((?:https?:\/\/|mailto:)[^\s<>"']*[^\s<>"'.,;:!?)\]])/g;
const ITEM = /^\s*(?:[-•*]|(\d{1,2})[.)])\s+(.*)$/;
const DEEP = 4;

/**
 * Return the paragraphs and lists of a text.
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function blocksOf(text) {
  /** @type {HTMLElement[]} */
  const made = [];
  /** @type {string[]} */
  let lines = [];
  const paragraph = () => {
    if (lines.length) made.push(h("p", {}, ...broken(lines)));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const item = ITEM.exec(line);
    if (!item) {
      if (line.trim()) lines.push(line);
      else paragraph();
      continue;
    }
    paragraph();
    const list = listFor(made, item[1]);
    list.append(h("li", {}, ...inline(item[2])));
  }
  paragraph();
  return made;
}

/** @param {HTMLElement[]} made @param {string | undefined} number */
function listFor(made, number) {
  const tag = number ? "ol" : "ul";
  const last = made.at(-1);
  if (last?.localName === tag) return last;
  const list = number ? h("ol", { start: number }) : h("ul");
  made.push(list);
  return list;
}

/** @param {string[]} lines */
function broken(lines) {
  return lines.flatMap((line, at) => (at ? [h("br"), ...inline(line)] : inline(line)));
}

/**
 * @param {string} text @param {number} [depth]
 * @returns {(Node | string)[]}
 */
export function inline(text, depth = 0) {
  if (depth > DEEP) return [text];
  /** @type {(Node | string)[]} */
  const made = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, bold, italic, label, target, bare] = found;
    made.push(text.slice(end, found.index));
    if (bold) made.push(h("strong", {}, ...inline(bold, depth + 1)));
    else if (italic) made.push(h("em", {}, ...inline(italic, depth + 1)));
    else if (label) made.push(link(target, label));
    else made.push(link(bare, bare.replace(/^(https?:\/\/|mailto:)/, "")));
    end = found.index + whole.length;
  }
  made.push(text.slice(end));
  return made.filter((part) => part !== "");
}
