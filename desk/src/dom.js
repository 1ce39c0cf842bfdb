// @ts-check
/** Builds nodes as the widget does, with the icons of the desk. Never HTML, never inline style. */

import { h } from "../../widget/src/dom.js";

export { h, link, sr } from "../../widget/src/dom.js";

/** @typedef {import("../../widget/src/dom.js").Child} Child */

const SVG = "http://www.w3.org/2000/svg";

/** Paths of a 24 by 24 grid, drawn as strokes. */
const PATHS = {
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  at: "M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM15.5 8.5v5a2.5 2.5 0 0 0 5 0V12a8.5 8.5 0 1 0-3.3 6.7",
  back: "M15 5l-7 7 7 7",
  ban: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  brackets: "M8 4H4.5v16H8M16 4h3.5v16H16M8.5 15.5V9.5M8.5 11.5a1.8 1.8 0 0 1 3.5 0v4M12 11.5a1.8 1.8 0 0 1 3.5 0v4",
  box: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  chart: "M4 20h16M7 16v-5M12 16V6M17 16v-8",
  chat: "M4 5h16v11h-9l-4 4v-4H4z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.5L7 17l8-9M11.5 16l1 1L21.5 8",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8L9.5 17a1.7 1.7 0 0 1-2.4-2.4L15 7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  close: "M6 6l12 12M18 6L6 18",
  command: "M9 9h6v6H9zM9 9V6.5A2.5 2.5 0 1 0 6.5 9zM15 9h2.5A2.5 2.5 0 1 0 15 6.5zM15 15v2.5a2.5 2.5 0 1 0 2.5-2.5zM9 15H6.5A2.5 2.5 0 1 0 9 17.5z",
  down: "M6 9l6 6 6-6",
  external: "M14 5h5v5M19 5l-8 8M10 6H5v13h13v-5",
  eye: "M2.5 12C5 7.5 8.5 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-6 6.5-9.5 6.5S5 16.5 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  filter: "M4 5h16l-6.5 8v6l-3-2v-4z",
  flag: "M6 21V4h11l-2 4 2 4H6",
  folder: "M3.5 6h6l2 2.5h9V19h-17z",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1",
  hand: "M8 12V6a1.5 1.5 0 0 1 3 0v5M11 11V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6a1.5 1.5 0 0 1 3 0v8a6 6 0 0 1-6 6.5c-3 0-4.3-1.5-5.5-4L4 13a1.6 1.6 0 0 1 2.8-1.3L8 13.5",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 17h.01",
  hold: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM10 9v6M14 9v6",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5a3 3 0 0 0 6 0h5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
  keyboard: "M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  lock: "M7 11h10v9H7zM9 11V8a3 3 0 0 1 6 0v3",
  mail: "M3.5 6h17v12h-17zM3.5 7l8.5 6 8.5-6",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  note: "M5 4h14v10l-5 6H5zM19 14h-5v6",
  out: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  panel: "M4 5h16v14H4zM14.5 5v14",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c1-4 4-5 7-5s6 1 7 5",
  people: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 19.5c.8-3.5 3-4.5 6-4.5s5.2 1 6 4.5M15.5 5a3.5 3.5 0 0 1 0 6.5M17 15.2c2.2.5 3.5 1.8 4 4.3",
  phone: "M4 20l1.2-4A8.3 8.3 0 1 1 8.3 19zM9 8.5c-.6 3.5 3 7 6.5 6.5l.5-1.8-2.2-1-1 1c-1.2-.5-2-1.3-2.5-2.5l1-1-1-2.2z",
  plane: "M21 4L3 11l6 2.5L11.5 20zM9 13.5L21 4M9 13.5v5l2.6-3",
  plus: "M12 5v14M5 12h14",
  question: "M9.5 9a2.7 2.7 0 1 1 3.9 2.4c-.9.5-1.4 1-1.4 2.1M12 17h.01",
  reply: "M9 7L4 12l5 5M4 12h9a6 6 0 0 1 6 6",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
  send: "M12 19V5M6 11l6-6 6 6",
  shield: "M12 3l7.5 3v5c0 5-3.2 8.3-7.5 10-4.3-1.7-7.5-5-7.5-10V6z",
  snooze: "M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM9.5 10.5h5L9.5 16h5M4 5l2.5-2M20 5l-2.5-2",
  spark: "M12 3.5l1.9 5.6 5.6 1.9-5.6 1.9L12 18.5l-1.9-5.6L4.5 11l5.6-1.9zM18.5 16v4M16.5 18h4",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.9-5.2 2.9 1-5.9-4.3-4.1 5.9-.8z",
  stop: "M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7zM12 8v5M12 16h.01",
  switch: "M4 8h14l-3-3M20 16H6l3 3",
  undo: "M8 6L4 10l4 4M4 10h9a6 6 0 0 1 0 12h-2",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * Draw an icon that says nothing to a screen reader.
 * @param {IconName} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false", "data-icon": name,
  })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * Put other children where those of a node are; what is not there is left out.
 * @param {Element} node @param {...(Node | string | null | undefined | false)} children
 */
export function fill(node, ...children) {
  node.replaceChildren(.../** @type {(Node | string)[]} */ (children.filter((each) => each || each === "")));
}

/**
 * Whether keys that are pressed now are somebody's text.
 * @param {EventTarget | null} target
 */
export function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.localName === "textarea" || target.localName === "select") return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range)$/.test(target.type);
}

let ids = 0;

/** Return a name for an element that nothing else on the page has. */
export const newId = (prefix = "d") => `${prefix}-${++ids}`;

