// @ts-check
/** Builds nodes. Text only ever becomes text nodes; there is no way to pass HTML or inline style. */

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Make an element. `on…` properties are listeners, `true` an empty attribute, null and false none.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...solid(children.flat()));
  return made;
}

/**
 * Make a button; without something to do it sends its form.
 * @param {string} className @param {((event: Event) => void) | null} act @param {...(Child | Child[])} children
 */
export function button(className, act, ...children) {
  return h("button", { type: act ? "button" : "submit", class: className, onclick: act }, ...children);
}

/**
 * Make a button that is an icon; `label` says what it does.
 * @param {string} className @param {((event: Event) => void) | null} act
 * @param {keyof typeof PATHS} name @param {string} label
 */
export function iconButton(className, act, name, label) {
  const made = button(className, act, icon(name));
  made.setAttribute("aria-label", label);
  return made;
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function solid(children) {
  return /** @type {(Node | string)[]} */ (children.filter((child) => child || child === ""));
}

const SVG = "http://www.w3.org/2000/svg";

/** Paths of a 24 by 24 grid, drawn as strokes. */
const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h10",
  send: "M12 19V5M6 11l6-6 6 6",
  clip: "M4 8h3l2-3h6l2 3h3v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  down: "M6 9l6 6 6-6",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.9-5.2 2.9 1-5.9-4.3-4.1 5.9-.8z",
  out: "M14 5h5v5M19 5l-8 8M10 6H5v13h13v-5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  box: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  lock: "M7 11h10v9H7zM9 11V8a3 3 0 0 1 6 0v3",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c1-4 4-5 7-5s6 1 7 5",
  spark: "M12 4v4M12 16v4M4 12h4M16 12h4M7 7l2 2M15 15l2 2M17 7l-2 2M9 15l-2 2",
};

/**
 * Draw an icon that says nothing to a screen reader.
 * @param {keyof typeof PATHS} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false",
  })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * Text that only a screen reader reads.
 * @param {string} text
 */
export const sr = (text) => h("span", { class: "sr" }, text);

/**
 * A link to elsewhere; other schemes than web, mail and telephone give plain text.
 * @param {string} url
 * @param {...(Child | Child[])} children
 * @returns {Node}
 */
export function link(url, ...children) {
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
