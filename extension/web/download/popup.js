// Downloads, in the popup: a card to start one, and the list of all.

import { getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";
import { downloads as stored } from "../storage.js";
import { Card } from "./card.js";
import { inOrder } from "./download.js";
import { Row } from "./row.js";

/**
 * @param {HTMLElement} place
 * @returns {import("../feature.js").PopupFeature}
 */
export function downloads(place) {
  const card = new Card();
  const list = element("ul", { id: "downloads" });
  const spoken = element("p", { class: "spoken", role: "status" });
  const section = element("section", { hidden: true }, element("h2", {}, getMessage("download_list_heading")), list);
  /** @type {Map<string, Row>} By download. */
  const rows = new Map();
  document.head.append(element("link", { rel: "stylesheet", href: new URL("popup.css", import.meta.url).href }));
  place.append(card.element, section, spoken);

  return {
    draw(shown) {
      const listed = stored.in(shown.stored) ?? undefined;
      void card.draw(shown, listed);
      const all = inOrder(listed?.downloads ?? []);
      section.hidden = all.length === 0;
      for (const download of all) {
        const row = rows.get(download.id) ?? newRow(download.id);
        row.draw(download, listed?.actionErrors[download.id], shown.ready);
      }
      arrange(all.map(({ id }) => id));
    },
  };

  /**
   * @param {string} id
   */
  function newRow(id) {
    const row = new Row(
      (action) => void chrome.runtime.sendMessage({ type: "download/action", id, action }).catch(() => {}),
      (text) => write(spoken, text),
    );
    rows.set(id, row);
    return row;
  }

  /**
   * Puts the rows in this order, and takes the others out. A row that is moved loses the focus, and gets it back.
   * @param {string[]} ids
   */
  function arrange(ids) {
    const focused = document.activeElement;
    for (const [id, row] of rows) {
      if (ids.includes(id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    for (const [index, id] of ids.entries()) {
      const row = rows.get(id)?.element;
      const current = list.children[index] ?? null;
      if (row && row !== current) list.insertBefore(row, current);
    }
    if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) focused.focus();
  }
}
