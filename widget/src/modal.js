// @ts-check
/** On a small screen the panel is the whole page; the rest cannot be reached meanwhile. */

const SMALL = "(max-width: 480px), (max-height: 480px)";
const STOPS = "button:not(:disabled),a[href],input:not(:disabled),select,textarea,summary,[tabindex='0']";

export class Modal {
  #small = matchMedia(SMALL);
  /** @type {HTMLElement[]} */
  #behind = [];
  #on = false;

  /** @param {HTMLElement} element @param {HTMLElement} panel @param {boolean} never a page of its own */
  constructor(element, panel, never) {
    this.element = element;
    this.panel = panel;
    this.never = never;
  }

  enter() {
    this.#small.addEventListener("change", this.#fit);
    window.visualViewport?.addEventListener("resize", this.#keyboard);
    this.#on = true;
    this.#fit();
  }

  leave() {
    this.#on = false;
    this.#small.removeEventListener("change", this.#fit);
    window.visualViewport?.removeEventListener("resize", this.#keyboard);
    this.#fit();
  }

  #fit = () => {
    const modal = this.#on && this.#small.matches && !this.never;
    this.panel.setAttribute("aria-modal", String(modal));
    this.panel.classList.toggle("full", modal);
    const launcher = /** @type {HTMLElement | null} */ (this.panel.previousElementSibling);
    if (launcher) launcher.inert = modal;
    for (const each of this.#behind) each.inert = false;
    this.#behind = modal ? outside(this.element) : [];
    for (const each of this.#behind) each.inert = true;
    this.panel.removeEventListener("keydown", this.#trap);
    if (modal) this.panel.addEventListener("keydown", this.#trap);
    this.#keyboard();
  };

  /** The keyboard of a phone covers the page; what is left is the panel's height. */
  #keyboard = () => {
    const view = window.visualViewport;
    const full = this.panel.classList.contains("full") && view && view.scale === 1;
    this.panel.style.blockSize = full ? `${view.height}px` : "";
  };

  /** @param {KeyboardEvent} event */
  #trap = (event) => {
    if (event.key !== "Tab") return;
    const stops = /** @type {HTMLElement[]} */ ([...this.panel.querySelectorAll(STOPS)])
      .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest("[inert]") && !each.matches(":disabled"));
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    const root = /** @type {ShadowRoot} */ (this.panel.getRootNode());
    if (root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  };
}

/**
 * Everything of the page that is neither the element nor around it.
 * @param {HTMLElement} element
 * @returns {HTMLElement[]}
 */
function outside(element) {
  const found = [];
  for (let at = element; at.parentElement; at = at.parentElement) {
    for (const each of at.parentElement.children) {
      if (each !== at && each instanceof HTMLElement && !each.inert && !/^(script|style|link|head)$/.test(each.localName)) {
        found.push(each);
      }
    }
  }
  return found;
}
