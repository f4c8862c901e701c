// Has pages asked which video they show, and wasm told what they say.

import { askPage, cpnOf } from "./ask.js";
import { pageName } from "./facts-by-frame.js";

/**
 * @typedef {import("../observer.js").News} News
 * @typedef {import("./ask.js").Request} Request
 * @typedef {import("./ask.js").Shown} Shown
 * @typedef {{wasm: Pick<import("../observer.js").Observer["wasm"], "pageShows">}} Observer
 */

/**
 * A page whose player does not say its playback is looked at twice, this far apart: its player may have just begun with an
 * advertisement that the page does not show as one yet. Milliseconds.
 */
const AGAIN_MS = 1700;

export class PageAsker {
  /** @type {Map<string, ReturnType<typeof setTimeout>>} Timers of the playbacks whose pages are asked again soon. */
  #again = new Map();
  /** Counts the stops: what began before the last one comes to nothing. */
  #stops = 0;
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
    const isStopped = this.#stopWatch();
    const askedAt = Date.now();
    const shown = await askPage(request, isStopped);
    const isSure = shown !== undefined && (shown.ad || shown.player?.cpn !== undefined);
    if (isSure && (await this.#tell(page, shown, askedAt, isStopped))) return;
    if (isStopped()) return;
    const playback = `${page} ${cpnOf(request.url)}`;
    if (this.#again.has(playback)) return;
    const askAgain = () => {
      this.#again.delete(playback);
      void this.#askAgain(page, request);
    };
    this.#again.set(playback, setTimeout(askAgain, AGAIN_MS));
  }

  /** No page is asked again, and what one answers now is not heard. */
  stop() {
    this.#stops += 1;
    for (const timer of this.#again.values()) clearTimeout(timer);
    this.#again.clear();
  }

  /**
   * @param {string} page
   * @param {Request} request
   */
  async #askAgain(page, request) {
    const isStopped = this.#stopWatch();
    const askedAt = Date.now();
    const shown = await askPage(request, isStopped);
    if (shown !== undefined) await this.#tell(page, shown, askedAt, isStopped);
  }

  /** Gives what says whether the asking was stopped since. */
  #stopWatch() {
    const stops = this.#stops;
    return () => this.#stops !== stops;
  }

  /**
   * @param {string} page
   * @param {Shown} shown
   * @param {number} askedAt
   * @param {() => boolean} isStopped
   * @returns {Promise<boolean>} Whether it named something.
   */
  async #tell(page, shown, askedAt, isStopped) {
    const { wasm } = await this.#observer;
    if (isStopped()) return false;
    const news = wasm.pageShows(page, JSON.stringify(shown), askedAt);
    if (news === undefined) return false;
    await this.#onNews(JSON.parse(news));
    return true;
  }
}
