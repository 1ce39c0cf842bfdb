// @ts-check
/** Somebody else is writing: two replies at once help nobody, so the box waits for a word. */

import { button } from "../components/index.js";
import { h, icon } from "../dom.js";
import { say } from "../words.js";

/** @import {Talk} from "./talk.js" */

export class Lock {
  element = h("div", { class: "lock", role: "status" });
  #anyway = false;

  /** @param {Talk} talk @param {HTMLTextAreaElement} box */
  constructor(talk, box) {
    this.talk = talk;
    this.box = box;
  }

  update() {
    const { box } = this;
    const other = this.talk.viewers.find((viewer) => viewer.typing);
    if (!other) this.#anyway = false;
    const locked = Boolean(other) && !this.#anyway && !box.value && !box.hidden;
    box.readOnly = locked;
    const shown = other && !box.hidden ? say(locked ? "locked" : "writes_too", { who: other.name }) : "";
    if (this.element.dataset.shown === shown) return;
    this.element.dataset.shown = shown;
    const anyway = button(say("write_anyway"), () => {
      this.#anyway = true;
      this.update();
      box.focus();
    }, { kind: "quiet", small: true });
    this.element.replaceChildren(...(shown ? [icon("people"), h("span", { class: "grow" }, shown), locked ? anyway : ""] : []));
  }
}
