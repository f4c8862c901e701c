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
/**
 * If somebody waits for the token of the page's video, it is looked at in between. What plays by then, while the page shows
 * no advertisement, is its video. Milliseconds.
 */
const SOON_MS = 600;

export class PageAsker {
  /** @type {Map<string, ReturnType<typeof setTimeout>>} Timers of the playbacks whose pages are asked again soon. */
  #again = new Map();
  /** Counts the stops: what began before the last one comes to nothing. */
  #stops = 0;
  #observer;
  #onNews;
  #isAwaited;

  /**
   * @param {Promise<Observer>} observer
   * @param {(news: News) => Promise<void>} onNews
   * @param {(tab: number) => boolean} isAwaited Whether a tab was opened for the token of its video.
   */
  constructor(observer, onNews, isAwaited) {
    this.#observer = observer;
    this.#onNews = onNews;
    this.#isAwaited = isAwaited;
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
    const firstMs = request.frameId === 0 && this.#isAwaited(request.tabId) ? SOON_MS : AGAIN_MS;
    this.#askLater(playback, page, request, firstMs, AGAIN_MS - firstMs);
  }

  /** No page is asked again, and what one answers now is not heard. */
  stop() {
    this.#stops += 1;
    for (const timer of this.#again.values()) clearTimeout(timer);
    this.#again.clear();
  }

  /**
   * @param {string} playback
   * @param {string} page
   * @param {Request} request
   * @param {number} waitMs
   * @param {number} restMs How long after that it may be asked a last time.
   */
  #askLater(playback, page, request, waitMs, restMs) {
    const askAgain = async () => {
      const isStopped = this.#stopWatch();
      const askedAt = Date.now();
      const shown = await askPage(request, isStopped);
      if (isStopped()) return;
      if (restMs > 0 && !shown?.plays && !shown?.ad) {
        this.#askLater(playback, page, request, restMs, 0);
        return;
      }
      this.#again.delete(playback);
      if (shown !== undefined) await this.#tell(page, shown, askedAt, isStopped);
    };
    this.#again.set(playback, setTimeout(() => void askAgain(), waitMs));
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
    const { plays: _, ...told } = shown;
    const news = wasm.pageShows(page, JSON.stringify(told), askedAt);
    if (news === undefined) return false;
    await this.#onNews(JSON.parse(news));
    return true;
  }
}
