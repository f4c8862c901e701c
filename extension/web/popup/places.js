// The lines of the places that tokens go to. What failed stands first; beyond three they are folded.

import { getMessage } from "../i18n.js";
import { element, isolated, write } from "./element.js";
import { lookAgain } from "./problem-card.js";

/** @typedef {import("./format.js").Line} Line */

/** So many lines are shown at once. */
const SHOWN = 3;
/** What is to be seen first comes first. */
const ORDER = ["failed", "warning", "pending", "waiting"];

/** @typedef {{line: string, element: HTMLLIElement}} Drawn */

/** A list of places in the page, which changes in place. */
export class Places {
  #list = element("ul", { class: "sinks" });
  #more = element("ul", { class: "sinks" });
  #summary = element("summary");
  #fold = element("details", { hidden: true }, this.#summary, this.#more);
  /** @type {Drawn[]} */
  #drawn = [];

  /**
   * @param {HTMLElement} place
   */
  constructor(place) {
    place.append(this.#list, this.#fold);
  }

  /**
   * @param {Line[]} lines
   */
  draw(lines) {
    const rank = (/** @type {Line} */ { kind }) => (ORDER.indexOf(kind) + ORDER.length + 1) % (ORDER.length + 1);
    const ordered = lines.toSorted((a, b) => rank(a) - rank(b));
    // With one line beyond them a fold would take as much room as the line.
    const most = ordered.length === SHOWN + 1 ? SHOWN + 1 : SHOWN;
    for (const [index, line] of ordered.entries()) this.#put(index, line, index < most ? this.#list : this.#more);
    for (const { element } of this.#drawn.splice(ordered.length)) element.remove();
    this.#list.hidden = ordered.length === 0;
    this.#fold.hidden = ordered.length <= most;
    write(this.#summary, getMessage("places_more", String(ordered.length - most)));
  }

  /**
   * @param {number} index
   * @param {Line} line
   * @param {HTMLElement} list
   */
  #put(index, line, list) {
    const drawn = (this.#drawn[index] ??= { line: "", element: element("li") });
    if (drawn.element.parentNode !== list) list.append(drawn.element);
    const text = JSON.stringify(line);
    if (drawn.line === text) return;
    drawn.line = text;
    fill(drawn.element, line);
  }
}

/**
 * @param {HTMLLIElement} item
 * @param {Line} line
 */
function fill(item, { kind, text, names = [], detail, retry }) {
  item.dataset.outcome = kind;
  const words = element("span", { class: "line", title: text }, ...isolated(text, names));
  item.replaceChildren(words);
  if (retry) {
    const button = element("button", { type: "button", class: "quiet small", name: "retry" }, getMessage("retry"));
    button.ariaLabel = getMessage("retry_place", names[0] ?? "");
    button.onclick = () => void lookAgain(button);
    item.append(button);
  }
  if (detail) {
    const summary = element("summary", {}, getMessage("details"));
    item.append(element("details", {}, summary, element("p", { dir: "auto" }, ...isolated(detail, names))));
  }
}
