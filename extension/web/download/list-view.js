// The downloads in the popup: up to three rows, and the rest in a fold.

import { formatNumber, getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { groupOf, inOrder } from "./download.js";
import { Row } from "./row.js";

/** @typedef {import("../../types/messages.js").Download} Download */
/** @typedef {import("./download.js").Group} Group */

/** How many are seen without opening the fold. */
const ROWS = 3;

/** What the fold counts, in this order. */
const COUNTED = /** @type {const} */ (["running", "waiting", "failed", "finished"]);

export class ListView {
  #list = element("ul", { id: "downloads" });
  #rest = element("ul", { id: "downloads-rest" });
  #summary = element("summary");
  #fold = element("details", { hidden: true }, this.#summary, this.#rest);
  #clear = element(
    "button",
    { type: "button", class: "link", name: "clear", hidden: true },
    getMessage("download_clear"),
  );
  #spoken = element("p", { class: "spoken", role: "status" });
  /** @type {Map<string, Row>} By download. */
  #rows = new Map();
  /** @type {Download[]} */
  #finished = [];
  #send;
  #leaveFocus;

  /** What is in the page. */
  element = element(
    "section",
    { id: "download-list", hidden: true, "aria-labelledby": "download-list-heading" },
    element("h2", { id: "download-list-heading", class: "spoken" }, getMessage("download_list_heading")),
    this.#list,
    element("div", { class: "foot" }, this.#fold, this.#clear),
    this.#spoken,
  );

  /**
   * @param {(request: Extract<import("./download.js").PopupRequest, {type: "download/action"}>) => void} send
   * @param {() => void} leaveFocus Takes the focus if nothing here can have it any more.
   */
  constructor(send, leaveFocus) {
    this.#send = send;
    this.#leaveFocus = leaveFocus;
    this.#clear.addEventListener("click", () => {
      for (const { id } of this.#finished) send({ type: "download/action", id, action: "forget" });
    });
  }

  /**
   * @param {import("./list.js").Shown | undefined} listed
   * @param {boolean} ready Whether the host is connected.
   */
  draw(listed, ready) {
    const all = inOrder(listed?.downloads ?? []);
    const hadFocus = this.element.contains(document.activeElement);
    const lines = [...this.#list.children];
    const at = lines.findIndex((line) => line.contains(document.activeElement));
    const held = [...this.#rows].find(([, { element }]) => element === lines[at])?.[0];
    for (const download of all) {
      const row = this.#rows.get(download.id) ?? this.#newRow(download.id);
      row.draw(download, listed?.actionErrors[download.id], ready);
    }
    const focused = document.activeElement;
    this.#dropRows(all);
    const shown = firstOf(all, held);
    const rest = all.filter((download) => !shown.includes(download));
    this.#arrange(this.#list, shown);
    this.#arrange(this.#rest, rest);
    this.#fold.hidden = rest.length === 0;
    write(this.#summary, countOf(rest));
    this.#finished = all.filter((download) => groupOf(download) === "finished");
    this.#clear.hidden = this.#finished.length < 2;
    this.element.hidden = all.length === 0;
    if (hadFocus) this.#keepFocus(focused, shown[Math.min(Math.max(at, 0), shown.length - 1)]);
  }

  /**
   * An element that is moved loses the focus, and gets it back. If it is gone, the row in its place gets it.
   * @param {Element | null} focused
   * @param {Download | undefined} inItsPlace
   */
  #keepFocus(focused, inItsPlace) {
    const isThere = focused instanceof HTMLElement && this.element.contains(focused) && focused.checkVisibility();
    if (!isThere) return (inItsPlace && this.#rows.get(inItsPlace.id)?.focus()) || this.#leaveFocus();
    if (document.activeElement !== focused) focused.focus();
  }

  /**
   * @param {Download[]} all
   */
  #dropRows(all) {
    const ids = new Set(all.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  /**
   * @param {string} id
   */
  #newRow(id) {
    const row = new Row(
      {
        act: (action, login) => this.#send({ type: "download/action", id, action, login }),
        open: (url) => void chrome.tabs.create({ url }),
      },
      (text) => write(this.#spoken, text),
    );
    this.#rows.set(id, row);
    return row;
  }

  /**
   * Puts the rows of these downloads into a list, in this order.
   * @param {HTMLElement} list
   * @param {Download[]} downloads
   */
  #arrange(list, downloads) {
    for (const [index, { id }] of downloads.entries()) {
      const row = this.#rows.get(id)?.element;
      const current = list.children[index] ?? null;
      if (row && row !== current) list.insertBefore(row, current);
    }
  }
}

/**
 * Those that are seen without opening the fold: the first ones, and the one that has the focus.
 * @param {Download[]} all
 * @param {string | undefined} held Its id.
 */
function firstOf(all, held) {
  const first = all.slice(0, ROWS);
  const kept = all.slice(ROWS).find(({ id }) => id === held);
  return kept ? [...first.slice(0, -1), kept] : first;
}

/**
 * `2 waiting · 3 finished`.
 * @param {Download[]} downloads
 */
function countOf(downloads) {
  const groups = downloads.map(groupOf);
  return COUNTED.map((group) => ({ group, count: groups.filter((other) => other === group).length }))
    .filter(({ count }) => count > 0)
    .map(({ group, count }) => getMessage(`download_count_${group}`, formatNumber(count)))
    .join(" · ");
}
