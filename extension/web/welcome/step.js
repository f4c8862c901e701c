// A step of the first-run page: its mark, its name, and how it stands.

import { find, isolated, write } from "../popup/element.js";

/**
 * `open`: it waits for something. `trouble`: somebody must do something else first. `names`: the paths and titles in the text.
 * @typedef {{kind: "done" | "open" | "trouble", text: string, names?: string[]}} StepState
 */

const MARKS = { done: "✓", trouble: "!" };

export class Step {
  #section;
  #number;
  #drawn = "";

  /** Where a step has its buttons. */
  more;

  /**
   * @param {string} id Of its section.
   * @param {number} number
   * @param {string} name
   */
  constructor(id, number, name) {
    this.#section = find(`#${id}`);
    this.#number = number;
    this.more = find(".more", this.#section);
    write(find(".name", this.#section), name);
  }

  /**
   * Draws how it stands, and says whether it was ticked by that.
   * @param {StepState} state
   * @param {boolean} isNext Whether it is the one to do now.
   */
  draw({ kind, text, names = [] }, isNext) {
    const { dataset } = this.#section;
    const wasOpen = dataset.state !== undefined && dataset.state !== "done";
    dataset.state = kind;
    dataset.next = String(isNext);
    write(find(".mark", this.#section), kind === "open" ? String(this.#number) : MARKS[kind]);
    if (this.#drawn !== text) {
      this.#drawn = text;
      find(".state", this.#section).replaceChildren(...isolated(text, names));
    }
    return wasOpen && kind === "done";
  }
}
