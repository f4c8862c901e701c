// The token requests that wait, by their video. A video that several clients request is opened once. One or two videos are
// open at a time, and the others follow in the order of their requests.

import { Attempt } from "./attempt.js";
import { inBoth } from "./english.js";
import { mostOpen } from "./open-methods.js";
import { TokenRequestError } from "./token-request-error.js";
import { watchUrl } from "./token-request.js";

/** @typedef {import("./token-request.js").TokenRequest} TokenRequest */
/** @typedef {{attempt: Attempt, requests: Map<TokenRequest, ReturnType<typeof setTimeout>>}} Entry */

/** How far apart videos are opened in a browser that nobody looks at. Milliseconds. */
const UNATTENDED_GAP_MS = 1000;

export class Queue {
  /** @type {Map<string, Entry>} In the order in which they are opened. */
  #entries = new Map();
  #open = 0;
  /** When the last video was opened: milliseconds since 1970. */
  #openedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #gap;
  #tabs;
  #listener;

  /**
   * @param {Pick<import("./opened-tabs.js").OpenedTabs, "open" | "openAgain" | "show" | "close" | "raise" | "lower" | "closeParked">} tabs
   * @param {{
   *   isUnattended: () => boolean,
   *   expectTokens: (soon: boolean) => void,
   *   captured: (request: TokenRequest) => void,
   *   failed: (request: TokenRequest, error: TokenRequestError) => void,
   * }} listener Says whether nobody looks at this browser. Hears whether videos are open, and how a request ends.
   */
  constructor(tabs, listener) {
    this.#tabs = tabs;
    this.#listener = listener;
  }

  /** Whether a request waits, or the tab of one that is over is being closed. */
  get isBusy() {
    return this.#entries.size > 0 || this.#open > 0;
  }

  /**
   * Whether another request for the same video waits.
   * @param {TokenRequest} request
   */
  hasVideoOf(request) {
    return this.#entries.has(keyOf(request));
  }

  /**
   * @param {TokenRequest} request
   */
  add(request) {
    const key = keyOf(request);
    const entry = this.#entries.get(key) ?? this.#newEntry(request);
    this.#entries.set(key, entry);
    const unattended = this.#listener.isUnattended();
    const timer = setTimeout(() => this.#fail(entry, [request], timeOut(entry, request, unattended)), request.until - Date.now());
    entry.requests.set(request, timer);
    entry.attempt.until = Math.max(...[...entry.requests.keys()].map(({ until }) => until));
    this.#openNext();
  }

  /**
   * A request has its token.
   * @param {string} id
   */
  onAnswered(id) {
    const waiting = this.#waiting(id);
    if (!waiting) return;
    this.#listener.captured(waiting.request);
    this.#end(waiting.entry, [waiting.request], "token");
  }

  /**
   * Nobody waits for this request any more. Gives it if it was open.
   * @param {string} id
   */
  withdraw(id) {
    const waiting = this.#waiting(id);
    if (waiting) this.#end(waiting.entry, [waiting.request], "withdrawn");
    return waiting?.request;
  }

  /**
   * Whether a video is open in this tab.
   * @param {number} tab
   */
  isOpenIn(tab) {
    return this.#all().some(({ attempt }) => attempt.isIn(tab));
  }

  /**
   * The user closed a tab.
   * @param {number} tab
   */
  onTabClosed(tab) {
    const entry = this.#all().find(({ attempt }) => attempt.isIn(tab));
    if (!entry) return;
    const error = new TokenRequestError(
      "tab-closed",
      inBoth("token_request_tab_closed"),
      inBoth("token_request_tab_closed_hint"),
    );
    this.#fail(entry, [...entry.requests.keys()], error);
  }

  /**
   * A page says that it does not play its video.
   * @param {number} tab
   * @param {string} videoId The page's.
   * @param {TokenRequestError} error
   */
  onPlaybackError(tab, videoId, error) {
    const entry = this.#all().find(({ attempt }) => attempt.isIn(tab));
    const requests = [...(entry?.requests.keys() ?? [])].filter(({ video_id }) => video_id === videoId);
    if (entry && requests.length > 0) this.#fail(entry, requests, error);
  }

  /**
   * All requests fail.
   * @param {TokenRequestError} error
   */
  failAll(error) {
    for (const entry of this.#all()) this.#fail(entry, [...entry.requests.keys()], error, "all-closed");
    this.#tabs.closeParked();
  }

  /** Nobody waits any more. Gives the requests that were open. */
  drop() {
    const dropped = this.#all().flatMap(({ requests }) => [...requests.keys()]);
    for (const entry of this.#all()) this.#end(entry, [...entry.requests.keys()], "all-closed");
    this.#tabs.closeParked();
    return dropped;
  }

  #all() {
    return [...this.#entries.values()];
  }

  /**
   * The request of this name. The host gives each name once.
   * @param {string} id
   */
  #waiting(id) {
    const all = this.#all().flatMap((entry) => [...entry.requests.keys()].map((request) => ({ entry, request })));
    return all.find(({ request }) => request.id === id);
  }

  /**
   * @param {TokenRequest} request
   * @returns {Entry}
   */
  #newEntry(request) {
    const { video_id: id, container } = request;
    const video = { id, url: watchUrl(request), container, unattended: this.#listener.isUnattended() };
    const attempt = new Attempt(this.#tabs, video, (error) => this.#onError(entry, error));
    /** @type {Entry} */
    const entry = { attempt, requests: new Map() };
    return entry;
  }

  /**
   * A video cannot be opened. What stops its page may stop those of the others too.
   * @param {Entry} entry
   * @param {TokenRequestError} error
   */
  #onError(entry, error) {
    const others = error.stopsAll ? this.#all().filter(({ attempt }) => !attempt.isOpen) : [];
    for (const failed of [...others, entry]) this.#fail(failed, [...failed.requests.keys()], error);
  }

  #openNext() {
    const isUnattended = this.#listener.isUnattended();
    for (const { attempt } of this.#all()) {
      if (this.#open >= mostOpen(isUnattended)) return;
      if (attempt.isOpen) continue;
      const waitMs = isUnattended ? this.#openedAt + UNATTENDED_GAP_MS - Date.now() : 0;
      if (waitMs > 0) {
        clearTimeout(this.#gap);
        this.#gap = setTimeout(() => this.#openNext(), waitMs);
        return;
      }
      this.#open += 1;
      this.#openedAt = Date.now();
      this.#listener.expectTokens(true);
      void attempt.open();
    }
  }

  /**
   * @param {Entry} entry
   * @param {TokenRequest[]} requests
   * @param {TokenRequestError} error
   * @param {import("./attempt.js").Result} [result]
   */
  #fail(entry, requests, error, result) {
    for (const request of requests) this.#listener.failed(request, error);
    const isPlaybackError = error.code === "not-playable" || error.code === "login-needed";
    this.#end(entry, requests, result ?? (isPlaybackError ? "playback-error" : "nothing"));
  }

  /**
   * These requests are over. With the last one of a video its attempt is.
   * @param {Entry} entry
   * @param {TokenRequest[]} requests
   * @param {import("./attempt.js").Result} result
   */
  #end(entry, requests, result) {
    for (const request of requests) {
      clearTimeout(entry.requests.get(request));
      entry.requests.delete(request);
    }
    if (entry.requests.size > 0) return;
    for (const [key, other] of this.#entries) if (other === entry) this.#entries.delete(key);
    if (entry.attempt.isOpen) void this.#close(entry.attempt, result);
  }

  /**
   * @param {Attempt} attempt
   * @param {import("./attempt.js").Result} result
   */
  async #close(attempt, result) {
    await attempt.close(result);
    this.#open -= 1;
    this.#openNext();
    if (this.#open === 0) this.#listener.expectTokens(false);
  }
}

/**
 * @param {TokenRequest} request
 */
function keyOf({ video_id, music, container }) {
  return `${container ?? ""} ${music} ${video_id}`;
}

/**
 * @param {Entry} entry
 * @param {TokenRequest} request
 * @param {boolean} unattended
 */
function timeOut({ attempt }, { video_id, since, until }, unattended) {
  const seconds = String(Math.round((until - since) / 1000));
  return attempt.isOpen
    ? new TokenRequestError(
        "no-token",
        inBoth("token_request_no_token", video_id, seconds),
        unattended
          ? inBoth("token_request_no_token_unattended_hint")
          : inBoth("token_request_no_token_hint"),
      )
    : new TokenRequestError(
        "no-token",
        inBoth("token_request_not_opened", video_id, seconds),
        inBoth("token_request_not_opened_hint"),
      );
}
