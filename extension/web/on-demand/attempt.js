// One video that is opened for its token: by one method after the other, each with a time limit.

import { getMessage } from "../i18n.js";
import { describeOpenError } from "./container.js";
import { watchMedia } from "./media-watch.js";
import { methodsInOrder, rememberSuccess } from "./open-methods.js";
import { TokenRequestError } from "./token-request-error.js";

/** @typedef {import("./opened-tabs.js").OpenedTab} OpenedTab */
/** @typedef {import("./open-methods.js").OpenMethod} OpenMethod */
/** @typedef {"token" | "playback-error" | "nothing"} Result What the page of a video brought. */

/** The time of a method that another one follows: its share of the time left, and the most. */
const TIME_LIMITS = {
  parked: { share: 1 / 4, mostMs: 5000 },
  tab: { share: 1 / 2, mostMs: 8000 },
  window: { share: 1 / 2, mostMs: 15_000 },
};

/** How long a page stays after its token came: the request that carries the token is still under way. */
const CLOSE_DELAY_MS = 500;

export class Attempt {
  /** When the last client stops waiting: milliseconds since 1970. */
  until = 0;
  /** Whether `open` was called. */
  isOpen = false;
  #isClosed = false;
  /** @type {Promise<void>} */
  #opening = Promise.resolve();
  /** @type {{opened: OpenedTab, method: OpenMethod, media: ReturnType<typeof watchMedia>} | undefined} */
  #current;
  /** @type {OpenMethod[]} The methods that brought nothing in their time. */
  #failed = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #tabs;
  #url;
  #container;
  #onError;

  /**
   * @param {Pick<import("./opened-tabs.js").OpenedTabs, "open" | "close">} tabs
   * @param {string} url
   * @param {string | undefined} container
   * @param {(error: TokenRequestError) => void} onError Hears that no method can open it.
   */
  constructor(tabs, url, container, onError) {
    this.#tabs = tabs;
    this.#url = url;
    this.#container = container;
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
    this.#go(await methodsInOrder());
  }

  /**
   * Closes what it opened.
   * @param {Result} result
   */
  async close(result) {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#opening;
    if (result === "token") await new Promise((resolve) => setTimeout(resolve, CLOSE_DELAY_MS));
    if (!this.#current) return;
    const { opened, method } = this.#current;
    this.#leave();
    if (result === "token") rememberSuccess(method, this.#failed);
    await this.#tabs.close(opened, result !== "nothing");
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
    let reason = "";
    for (const [index, method] of methods.entries()) {
      if (this.#isClosed) return;
      try {
        const opened = await this.#tabs.open(method, this.#url, this.#container);
        if (!opened) continue;
        await this.#moveTo(opened, method);
        this.#wait(method, methods.slice(index + 1));
        return;
      } catch (error) {
        reason = describeOpenError(error, this.#container);
      }
    }
    // What is open already may still bring the token.
    if (this.#current || this.#isClosed) return;
    this.#onError(new TokenRequestError("cannot-open", getMessage("token_request_cannot_open", reason)));
  }

  /**
   * @param {OpenedTab} opened
   * @param {OpenMethod} method
   */
  async #moveTo(opened, method) {
    const former = this.#current;
    this.#leave();
    this.#current = { opened, method, media: watchMedia(opened.tab) };
    if (former) await this.#tabs.close(former.opened, false);
  }

  #leave() {
    this.#current?.media.stop();
    this.#current = undefined;
  }

  /**
   * @param {OpenMethod} method
   * @param {OpenMethod[]} others
   */
  #wait(method, others) {
    if (this.#isClosed || others.length === 0) return;
    const { share, mostMs } = TIME_LIMITS[method];
    this.#timer = setTimeout(
      () => {
        // A page that plays gets to its token. Another page would begin from the start.
        if (this.#current?.media.seen) return;
        this.#failed.push(method);
        this.#go(others);
      },
      Math.min(share * (this.until - Date.now()), mostMs),
    );
  }
}
