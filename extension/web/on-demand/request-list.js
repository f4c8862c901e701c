// The last token requests: who requested the token of which video, and how that ended.

import { element, write } from "../popup/element.js";
import { clientOf, stateOf } from "./format.js";

/** @typedef {import("./history.js").Row} Row */

export class RequestList {
  element = element("ul", { class: "requests" });
  /** @type {Map<string, HTMLLIElement>} By client and video. */
  #lines = new Map();

  /**
   * A line that is on the page stays in its place.
   * @param {Row[]} rows
   * @param {Record<string, string>} titles What people call the videos.
   */
  draw(rows, titles) {
    const list = this.element;
    list.hidden = rows.length === 0;
    for (const key of this.#lines.keys()) if (!rows.some((row) => keyOf(row) === key)) this.#lines.delete(key);
    const wanted = rows.map((row) => {
      const line = this.#lines.get(keyOf(row)) ?? newLine(row);
      this.#lines.set(keyOf(row), line);
      fill(line, row, titles[row.video_id]);
      return line;
    });
    // An element that is moved loses the focus.
    if (wanted.some((line, index) => list.children[index] !== line) || list.children.length !== wanted.length) {
      list.replaceChildren(...wanted);
    }
  }
}

/**
 * @param {Row} row
 */
function newLine({ video_id }) {
  const href = `https://www.youtube.com/watch?v=${video_id}`;
  const link = element("a", { href, target: "_blank", title: video_id }, element("bdi"));
  const what = element("p", {}, link, " ", element("span", { class: "client" }));
  return element("li", { "data-video": video_id }, what, element("p", { class: "state" }));
}

/**
 * @param {HTMLLIElement} line
 * @param {Row} row
 * @param {string} [title] What people call its video.
 */
function fill(line, row, title = row.video_id) {
  line.dataset.state = row.state;
  const [video, client, state] = ["bdi", ".client", ".state"].map((selector) => line.querySelector(selector));
  if (video instanceof HTMLElement) write(video, title);
  if (client instanceof HTMLElement) write(client, clientOf(row));
  if (state instanceof HTMLElement) write(state, stateOf(row));
}

/**
 * @param {Row} row
 */
function keyOf({ client, video_id }) {
  return `${client} ${video_id}`;
}
