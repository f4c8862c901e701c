// The titles of the videos whose pages are shown, for the popup. A browser tells a tab's title with its address, so no
// request and no script in the page is needed. They are kept in memory, and none of private windows is.

import { orElse, unwaited } from "./problems.js";
import { videoTitles } from "./storage.js";

/** The most titles. Beyond it the oldest goes. */
const MOST = 100;
/** What YouTube's pages put behind a title; before it there may be the number of news. */
const SITE = / - YouTube( Music)?$/;
const NEWS = /^\(\d+\+?\) /;
/** What a page has for a title until it has its own: the site's name, or its address, which the browser shows instead. */
const NO_TITLE = /^$|^YouTube( Music)?$|youtube\.com\//;

export class VideoTitles {
  /** @type {Promise<unknown>} */
  #saved = Promise.resolve();
  #policy;

  /**
   * @param {{
   *   ready: Promise<unknown>, isPaused: () => boolean,
   *   pageOf: (address: string) => Promise<import("./observer.js").Page | undefined>,
   * }} policy `ready` is settled once it is known whether the capture is paused.
   */
  constructor(policy) {
    this.#policy = policy;
    chrome.tabs.onUpdated.addListener((_id, { title }, tab) => {
      // The address of a page that the extension may not read is not told.
      if (title !== undefined && tab.url) void this.#note(tab, title);
    });
  }

  /**
   * @param {Pick<chrome.tabs.Tab, "url" | "incognito">} tab
   * @param {string} shown
   */
  async #note({ url = "", incognito }, shown) {
    await this.#policy.ready;
    const title = shown.replace(NEWS, "").replace(SITE, "");
    if (incognito || this.#policy.isPaused() || NO_TITLE.test(title)) return;
    const id = (await this.#policy.pageOf(url))?.video_id;
    if (id !== undefined) this.#keep(id, title);
  }

  /**
   * One at a time, so that none is lost.
   * @param {string} id
   * @param {string} title
   */
  #keep(id, title) {
    this.#saved = this.#saved.then(async () => {
      const { [id]: known, ...others } = await orElse(videoTitles.get(), {});
      if (known === title) return;
      unwaited(videoTitles.set(Object.fromEntries([...Object.entries(others).slice(1 - MOST), [id, title]])));
    });
  }
}
