// Downloads, in the popup: a card to start one, and the list of those that there are.

import { Card } from "./card.js";
import { element, write } from "../popup/element.js";
import { downloadsIn } from "./list.js";
import { isFinal } from "./messages.js";
import { Row } from "./row.js";
import { say } from "../i18n.js";

/** @typedef {import("./messages.js").Download} Download */

/**
 * @param {HTMLElement} place
 * @returns {import("../feature.js").PopupFeature}
 */
export function downloads(place) {
  const card = new Card();
  const list = element("ul", { id: "downloads" });
  const spoken = element("p", { class: "spoken", role: "status" });
  const section = element("section", { hidden: true }, element("h2", {}, say("download_list_heading")), list);
  /** @type {Map<string, Row>} By job. */
  const rows = new Map();
  document.head.append(element("link", { rel: "stylesheet", href: new URL("popup.css", import.meta.url).href }));
  place.append(card.element, section, spoken);

  return {
    draw(shown) {
      const told = downloadsIn(shown.stored);
      void card.draw(shown, told);
      const all = inOrder(told?.downloads ?? []);
      section.hidden = all.length === 0;
      for (const download of all) {
        const row = rows.get(download.job) ?? newRow(download.job);
        row.draw(download, told?.troubles[download.job], shown.ready);
      }
      arrange(all.map(({ job }) => job));
    },
  };

  /**
   * @param {string} job
   */
  function newRow(job) {
    const row = new Row(
      (act) => void chrome.runtime.sendMessage({ type: "download/act", job, act }).catch(() => {}),
      (text) => write(spoken, text),
    );
    rows.set(job, row);
    return row;
  }

  /**
   * Puts the rows in this order, and takes the others out. What is moved loses the focus, and gets it back.
   * @param {string[]} jobs
   */
  function arrange(jobs) {
    const focused = document.activeElement;
    for (const [job, row] of rows) {
      if (jobs.includes(job)) continue;
      row.element.remove();
      rows.delete(job);
    }
    for (const [index, job] of jobs.entries()) {
      const row = rows.get(job)?.element;
      const there = list.children[index] ?? null;
      if (row && row !== there) list.insertBefore(row, there);
    }
    if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) focused.focus();
  }
}

/**
 * What runs first, and then the newest.
 * @param {Download[]} downloads
 */
function inOrder(downloads) {
  return downloads.toSorted(
    (a, b) => Number(isFinal(a)) - Number(isFinal(b)) || b.asked_at - a.asked_at || (a.job < b.job ? 1 : -1),
  );
}
