// What each open page said of its session: whether somebody is logged in, and whether its tokens are bound to their
// videos.

/** @typedef {{loggedIn?: boolean, contentBound?: boolean}} Facts */

export class FactsByFrame {
  /** @type {Map<string, Facts>} By tab and frame. */
  #known = new Map();

  constructor() {
    chrome.tabs.onRemoved.addListener((tab) => {
      for (const key of this.#known.keys()) if (key.startsWith(`${tab}/`)) this.#known.delete(key);
    });
  }

  /**
   * A page's content script told this.
   * @param {chrome.runtime.MessageSender} sender
   * @param {Facts} facts
   */
  note(sender, facts) {
    this.#known.set(`${sender.tab?.id}/${sender.frameId}`, facts);
  }

  /**
   * The facts of the page that made a request. A service worker has none.
   * @param {{tabId: number, frameId: number}} request
   * @returns {Promise<Facts>}
   */
  async of({ tabId, frameId }) {
    if (tabId < 0) return {};
    const key = `${tabId}/${frameId}`;
    const known = this.#known.get(key);
    if (known) return known;
    /** @type {Facts | undefined} */
    const told = await chrome.tabs.sendMessage(tabId, { type: "read-page-facts" }, { frameId }).catch(() => undefined);
    if (told) this.#known.set(key, told);
    return told ?? {};
  }
}
