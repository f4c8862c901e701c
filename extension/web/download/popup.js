// Downloads, in the popup: what starts one, and the list of all.

import { element } from "../popup/element.js";
import { downloads as stored } from "../storage.js";
import { Card } from "./card.js";
import { groupOf } from "./download.js";
import { ListView } from "./list-view.js";

/**
 * @param {HTMLElement} place
 * @returns {import("../feature.js").PopupFeature}
 */
export function downloads(place) {
  const card = new Card();
  const list = new ListView(
    (request) => void chrome.runtime.sendMessage(request).catch(() => {}),
    () => card.focus(),
  );
  document.head.append(element("link", { rel: "stylesheet", href: new URL("popup.css", import.meta.url).href }));
  place.append(card.element, list.element);

  return {
    hasTrouble(all) {
      return stored.in(all)?.downloads.some((download) => groupOf(download) === "failed") ?? false;
    },

    draw(shown) {
      const listed = stored.in(shown.stored) ?? undefined;
      void card.draw(shown, listed);
      list.draw(listed, shown.ready);
    },
  };
}
