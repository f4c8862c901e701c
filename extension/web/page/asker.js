// Has pages asked which video they show, and wasm told what they say.

import { askPage } from "./ask.js";
import { pageName } from "./facts-by-frame.js";

/**
 * @typedef {import("../observer.js").News} News
 * @typedef {import("./ask.js").Request} Request
 * @typedef {{wasm: Pick<import("../observer.js").Observer["wasm"], "pageShows">}} Observer
 */

/** A page that names nothing is asked once more after this long: its player may have just begun. */
const AGAIN_MS = 1000;

export class PageAsker {
  /** @type {Set<string>} The pages that are being asked. */
  #asked = new Set();
  #observer;
  #onNews;

  /**
   * @param {Promise<Observer>} observer
   * @param {(news: News) => Promise<void>} onNews
   */
  constructor(observer, onNews) {
    this.#observer = observer;
    this.#onNews = onNews;
  }

  /**
   * The page of a media request is to say which video it shows.
   * @param {Request} request
   */
  async ask(request) {
    const page = pageName(request);
    if (page === undefined) return;
    if ((await this.#askOnce(page, request)) || this.#asked.has(page)) return;
    this.#asked.add(page);
    setTimeout(() => {
      this.#asked.delete(page);
      void this.#askOnce(page, request);
    }, AGAIN_MS);
  }

  /**
   * @param {string} page
   * @param {Request} request
   * @returns {Promise<boolean>} Whether it named something.
   */
  async #askOnce(page, request) {
    const askedAt = Date.now();
    const shown = await askPage(request);
    if (shown === undefined) return false;
    const { wasm } = await this.#observer;
    const news = wasm.pageShows(page, JSON.stringify(shown), askedAt);
    if (news === undefined) return false;
    await this.#onNews(JSON.parse(news));
    return true;
  }
}
