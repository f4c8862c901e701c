// One video that is opened for its token: by one method after the other, each with a time limit.

import { isFirefox } from "../browser-family.js";
import { Autoplay } from "./autoplay.js";
import { describeOpenError } from "./container.js";
import { inBoth } from "./english.js";
import { methodsInOrder, rememberSuccess } from "./open-methods.js";
import { watchPage } from "./page-watch.js";
import { mayRaise } from "./raising.js";
import { watchRequests } from "./request-watch.js";
import { autoplayRefused, pageHidden, pageLeft, TokenRequestError } from "./token-request-error.js";

/** @typedef {import("./opened-tab.js").OpenedTab} OpenedTab */
/** @typedef {import("./open-methods.js").OpenMethod} OpenMethod */
/**
 * How a video that is open ends: with its token, with the page saying that it does not play, because nobody waits for it
 * any more, with no token in its time, or with all that is open.
 * @typedef {"token" | "playback-error" | "withdrawn" | "nothing" | "all-closed"} Result
 *
 * The page that is open. `others`: the methods that are left. `isThere`: the page has come. `againMs`: when it is loaded again if it
 * has not. `since`: when it was first seen to be hidden or held back. `isHidden`: it was hidden when it was looked at last.
 * @typedef {{
 *   opened: OpenedTab, method: OpenMethod, others: OpenMethod[], isThere: boolean, againMs: number, plays: boolean, since?: number,
 *   isHidden: boolean, isRaised: boolean, autoplay: Autoplay, onPlays?: () => void, requests: ReturnType<typeof watchRequests>, stop: () => void,
 * }} Page
 */

/** The time of a method that another one follows: its share of the time left, and the most. */
const TIME_LIMITS = { share: 1 / 2, mostMs: 8000 };
/** If no other method follows, a page that has not come is loaded again after so long, and then after twice as long each time. */
const AGAIN_MS = 8000;
/** A page whose media are there and do not begin for so long is held back by the browser, or in a tab that has played slow. */
const HELD_MS = 1500;
const SLOW_MS = 5000;
/** A page in a window of its own that is hidden for so long is covered. */
const HIDDEN_MS = 1000;
/** The longest time for which a small window is in front. */
const FRONT_MS = 5000;
/** How long a page in a small window that brought its token has to play: only then its tab plays in the background too. */
const PLAY_MS = 3000;

/** What is known of a page that nobody has looked at yet. */
const UNSEEN = { isThere: false, againMs: AGAIN_MS, plays: false, isHidden: false, isRaised: false };

export class Attempt {
  /** When the last client stops waiting: milliseconds since 1970. */
  until = 0;
  /** Whether `open` was called. */
  isOpen = false;
  #isClosed = false;
  /** @type {Promise<void>} */
  #opening = Promise.resolve();
  /** @type {Page | undefined} */
  #current;
  /** @type {OpenMethod[]} The methods that brought nothing in their time. */
  #failed = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #tabs;
  #video;
  #onError;

  /**
   * @param {Pick<import("./opened-tabs.js").OpenedTabs, "open" | "openAgain" | "show" | "close" | "raise" | "lower">} tabs
   * @param {{id: string, url: string, container: string | undefined, unattended: boolean}} video
   * @param {(error: TokenRequestError) => void} onError Hears that no method can open it, or that nobody can see it.
   */
  constructor(tabs, video, onError) {
    this.#tabs = tabs;
    this.#video = video;
    this.#onError = onError;
  }

  /**
   * Whether the video is open in this tab.
   * @param {number} tab
   */
  isIn(tab) {
    return this.#current?.opened.tab === tab;
  }

  async open() {
    this.isOpen = true;
    this.#go(await methodsInOrder(this.#video.unattended));
  }

  /**
   * Closes what it opened.
   * @param {Result} result
   */
  async close(result) {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (result === "token" && this.#current) rememberSuccess(this.#current.method, this.#failed);
    await this.#opening;
    const current = this.#current;
    if (!current) return;
    if (result === "token") {
      // The request that carries the token is still under way.
      await current.requests.ended();
      if (current.opened.window !== undefined && !current.plays) await this.#hasPlayed(current);
    }
    this.#leave();
    await this.#tabs.close(current.opened, result !== "all-closed" && (result !== "nothing" || current.plays));
  }

  /**
   * Waits until a page has played, or did not in its time.
   * @param {Page} page
   */
  async #hasPlayed(page) {
    await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      page.onPlays = resolve;
      setTimeout(resolve, PLAY_MS);
    });
  }

  /**
   * @param {OpenMethod[]} methods Those that are left.
   */
  #go(methods) {
    this.#opening = this.#opening.then(() => this.#tryNext(methods));
  }

  /**
   * @param {OpenMethod[]} methods
   */
  async #tryNext(methods) {
    const { url, container } = this.#video;
    /** @type {string | import("./english.js").Words} */
    let reason = "";
    for (const [index, method] of methods.entries()) {
      if (this.#isClosed) return;
      try {
        const opened = await this.#tabs.open(method, url, container, () => !this.#isClosed);
        if (!opened) continue;
        await this.#moveTo(opened, method, methods.slice(index + 1));
        return;
      } catch (error) {
        // A page that is held back by the browser stays so.
        const isHeld = this.#current === undefined || this.#current.since !== undefined;
        if (error instanceof TokenRequestError && isHeld && !this.#isClosed) {
          this.#onError(error);
          return;
        }
        reason = describeOpenError(error, container);
      }
    }
    // What is open already may still bring the token.
    if (this.#current || this.#isClosed) return;
    this.#onError(new TokenRequestError("cannot-open", inBoth("token_request_cannot_open", reason)));
  }

  /**
   * @param {OpenedTab} opened
   * @param {OpenMethod} method
   * @param {OpenMethod[]} others
   */
  async #moveTo(opened, method, others) {
    const former = this.#current;
    this.#leave();
    const requests = watchRequests(opened.tab);
    const autoplay = new Autoplay(opened.tab, this.#video.id);
    const stop = watchPage(
      opened.tab,
      this.#video.id,
      (state) => this.#onLook(state),
      (left) => this.#onLeft(left),
    );
    // Firefox plays in no tab what it does not play in one that was shown.
    const left = isFirefox() && opened.hasPlayed ? [] : others;
    this.#current = { opened, method, others: left, autoplay, requests, stop, ...UNSEEN };
    this.#wait();
    if (former) await this.#tabs.close(former.opened, false);
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#current?.requests.stop();
    this.#current?.stop();
    this.#current = undefined;
  }

  /** Another method follows if this one brings nothing in its time. If there is none, a page that has not come is loaded again. */
  #wait() {
    const current = this.#current;
    if (this.#isClosed || !current) return;
    if (current.others.length === 0) {
      if (!current.isThere) this.#timer = setTimeout(() => this.#openAgain(current), current.againMs);
      return;
    }
    const { share, mostMs } = TIME_LIMITS;
    const isLate = () => this.#current?.opened.hasPlayed && !this.#current.isThere;
    // In a tab that plays in the background a page is not faster for being begun anew.
    const next = () => void (isLate() || this.#next());
    this.#timer = setTimeout(next, Math.min(share * (this.until - Date.now()), mostMs));
  }

  /**
   * The browser shows an error, or has lost the page.
   * @param {Page} current
   */
  #openAgain(current) {
    current.againMs *= 2;
    void this.#tabs.openAgain(current.opened, this.#video.url);
    this.#wait();
  }

  #next() {
    const current = this.#current;
    if (!current || this.#isClosed || current.others.length === 0) return;
    clearTimeout(this.#timer);
    current.stop();
    this.#failed.push(current.method);
    this.#go(current.others);
  }

  /**
   * @param {import("./page-watch.js").PageState} state
   */
  #onLook(state) {
    const current = this.#current;
    if (!current) return;
    const { hidden, held, plays } = state;
    if (!current.isThere) {
      current.isThere = true;
      clearTimeout(this.#timer);
      this.#wait();
    }
    // Another page came to the front, as after an update of the browser.
    if (current.opened.isActive && hidden && !current.isHidden) void this.#tabs.show(current.opened);
    current.isHidden = hidden;
    // Firefox lets nothing play in a tab that was never shown, muted or not.
    const mayPlay = !hidden || current.opened.hasPlayed;
    if (mayPlay && current.autoplay.onLook(state) && !this.#isClosed) {
      this.#onError(autoplayRefused(this.#video.id));
      return;
    }
    if (plays) {
      // A page that plays gets to its token. Another page would begin from the start.
      clearTimeout(this.#timer);
      current.plays = true;
      if (current.method === "window") current.opened.hasPlayed = true;
      void this.#tabs.lower(current.opened);
      current.onPlays?.();
    }
    if (plays || this.#isClosed) return;
    // In the user's window it is hidden by its nature.
    const isAlone = current.opened.window !== undefined;
    const isStopped = isAlone ? hidden : held;
    current.since = isStopped ? (current.since ?? Date.now()) : undefined;
    const sinceMs = Date.now() - (current.since ?? Date.now());
    if (current.plays || !isStopped) return;
    if (isAlone) {
      if (sinceMs >= HIDDEN_MS) void this.#onHidden(current);
    } else if (sinceMs >= (current.opened.hasPlayed ? SLOW_MS : HELD_MS)) this.#next();
  }

  /**
   * @param {import("./page-watch.js").Left} left
   */
  #onLeft(left) {
    if (!this.#isClosed) this.#onError(pageLeft(left, this.#video.id, this.#video.unattended));
  }

  /**
   * Nobody can see the page, and so it does not play.
   * @param {Page} current
   */
  async #onHidden(current) {
    if (current.isRaised) return;
    current.isRaised = true;
    const may = await mayRaise();
    if (this.#current !== current || this.#isClosed) return;
    if (may === "yes") {
      this.#timer = setTimeout(() => void this.#tabs.lower(current.opened), FRONT_MS);
      await this.#tabs.raise(current.opened);
    } else {
      this.#onError(pageHidden(may));
    }
  }
}
