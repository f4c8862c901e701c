// YouTube's tabs that were open before the extension was there.

import { getMessage } from "../i18n.js";
import { element, keepFocus, write } from "../popup/element.js";
import { firstRun } from "../storage.js";

/**
 * Those whose page was loaded before the extension was installed.
 * @param {number} installedAt Milliseconds since 1970.
 * @returns {Promise<number[]>} Their ids.
 */
export async function tabsFromBefore(installedAt) {
  const sites = (chrome.runtime.getManifest().content_scripts ?? []).flatMap(({ matches = [] }) => matches);
  // A page that is out of memory is loaded anew by itself.
  const tabs = await chrome.tabs.query({ url: sites, discarded: false });
  const ids = tabs.flatMap(({ id }) => id ?? []);
  const loaded = await Promise.all(ids.map(loadedAt));
  return ids.filter((_, index) => loaded[index] < installedAt);
}

/**
 * When a tab's page was loaded: milliseconds since 1970. Never, if it does not tell.
 * @param {number} tabId
 */
async function loadedAt(tabId) {
  try {
    const func = () => performance.timeOrigin;
    const [told] = await chrome.scripting.executeScript({ target: { tabId }, injectImmediately: true, func });
    return told?.result ?? Infinity;
  } catch {
    // It was closed, or shows an error of the browser's.
    return Infinity;
  }
}

/** Says that they must be reloaded, and does it. */
export class OpenTabs {
  /** @type {number[]} */
  #ids = [];
  #text = element("span");
  #line;

  /**
   * @param {HTMLElement} place
   */
  constructor(place) {
    const button = element("button", { type: "button", class: "quiet", name: "reload" }, getMessage("welcome_tabs_reload"));
    button.addEventListener("click", () => void this.#reload());
    this.#line = element("p", { class: "tabs", hidden: true }, this.#text, button);
    place.append(this.#line);
  }

  /** Looks which there are. */
  async look() {
    const { installedAt = 0 } = await firstRun.get();
    this.#ids = await tabsFromBefore(installedAt);
    keepFocus(() => (this.#line.hidden = this.#ids.length === 0));
    write(this.#text, getMessage("welcome_tabs", String(this.#ids.length)));
  }

  async #reload() {
    // One may be closed by now.
    await Promise.allSettled(this.#ids.map((id) => chrome.tabs.reload(id)));
    await this.look();
  }
}
