// Which pages have said what they are: whether somebody is logged in, to what their tokens are bound, which client they
// are. What they said is for wasm to remember.

/**
 * What a page's own configuration says. A page that has not come to it yet says nothing.
 * @typedef {{logged_in?: boolean, content_bound?: boolean, session_bound?: boolean, client?: string}} PageFacts
 *
 * @typedef {import("../observer.js").News} News
 * @typedef {{wasm: Pick<import("../observer.js").Observer["wasm"], "pageSays" | "forgetPage" | "forgetTab">}} Observer
 */

/** A page that does not answer for so long is not waited for. */
const LIMIT_MS = 300;

/**
 * The name of the page that made a request, as wasm knows it. A service worker has none.
 * @param {{tabId: number, frameId: number}} request
 */
export function pageName({ tabId, frameId }) {
  return tabId < 0 ? undefined : `${tabId}/${frameId}`;
}

export class FactsByFrame {
  /** @type {Set<string>} The pages that have said it. */
  #said = new Set();
  /** @type {Set<string>} The pages that were given the content script. */
  #given = new Set();
  /** @type {Map<string, Promise<void>>} The pages that were asked and have not answered, until what they say is told. */
  #asked = new Map();
  #observer;
  #onNews;

  /**
   * @param {Promise<Observer>} observer
   * @param {(news: News) => Promise<void>} onNews
   */
  constructor(observer, onNews) {
    this.#observer = observer;
    this.#onNews = onNews;
    chrome.tabs.onRemoved.addListener((tab) => void this.#forget(tab));
  }

  /**
   * A page's content script told this. It tells of nothing when its document begins.
   * @param {chrome.runtime.MessageSender} sender
   * @param {PageFacts} facts
   */
  async note({ tab, frameId = 0 }, facts) {
    const page = pageName({ tabId: tab?.id ?? -1, frameId });
    if (page !== undefined) await this.#say(page, facts);
  }

  /**
   * Waits until the page that made a request has said it, or is known not to answer.
   * @param {{tabId: number, frameId: number}} request
   */
  async known({ tabId, frameId }) {
    const page = pageName({ tabId, frameId });
    if (page === undefined || this.#said.has(page)) return;
    await Promise.race([this.#asked.get(page) ?? this.#askAndSay(page, tabId, frameId), after(LIMIT_MS)]);
  }

  /** Nobody listens to pages for a while: each is asked anew before its next request is read. */
  askAnew() {
    this.#said.clear();
    this.#asked.clear();
  }

  /**
   * An answer that comes late counts too, unless the page has meanwhile given way to another.
   * @param {string} page
   * @param {number} tabId
   * @param {number} frameId
   */
  #askAndSay(page, tabId, frameId) {
    const answer = this.#ask(page, tabId, frameId).catch(() => undefined);
    const asking = answer.then(async (facts) => {
      if (this.#asked.get(page) !== asking) return;
      if (facts?.logged_in !== undefined) await this.#say(page, facts);
      if (this.#asked.get(page) === asking) this.#asked.delete(page);
    });
    this.#asked.set(page, asking);
    return asking;
  }

  /**
   * A page that was open before the extension has no content script. It gets it once.
   * @param {string} page
   * @param {number} tabId
   * @param {number} frameId
   * @returns {Promise<PageFacts | undefined>}
   */
  async #ask(page, tabId, frameId) {
    const ask = () => chrome.tabs.sendMessage(tabId, { type: "read-page-facts" }, { frameId });
    if (this.#given.has(page)) return ask();
    return ask().catch(async () => {
      this.#given.add(page);
      const target = { tabId, frameIds: [frameId] };
      await chrome.scripting.executeScript({ target, files: ["page/facts.js"], injectImmediately: true });
      return ask();
    });
  }

  /**
   * @param {string} page
   * @param {PageFacts} facts
   */
  async #say(page, { logged_in, content_bound, session_bound, client }) {
    if (logged_in === undefined) {
      // A new document has begun, with its content script. It is asked before its first request is read.
      for (const pages of [this.#said, this.#given, this.#asked]) pages.delete(page);
      const { wasm } = await this.#observer;
      wasm.forgetPage(page);
      return;
    }
    this.#said.add(page);
    const { wasm } = await this.#observer;
    const news = wasm.pageSays(page, JSON.stringify({ logged_in, content_bound, session_bound, client }));
    if (news !== undefined) await this.#onNews(JSON.parse(news));
  }

  /**
   * @param {number} tab
   */
  async #forget(tab) {
    for (const pages of [this.#said, this.#given, this.#asked]) {
      for (const page of pages.keys()) if (page.startsWith(`${tab}/`)) pages.delete(page);
    }
    const { wasm } = await this.#observer;
    wasm.forgetTab(tab);
  }
}

/**
 * @param {number} milliseconds
 * @returns {Promise<undefined>}
 */
function after(milliseconds) {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}
