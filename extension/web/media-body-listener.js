// The listener that asks for the bodies of media requests. Browsers copy a request's body for every listener that asks. So
// this one is there only while the body of a playback is due, or a new playback is about to begin.

import { mediaRequests } from "./requests.js";
import { playerRequestTypes } from "./player-request.js";

/**
 * @typedef {chrome.webRequest.OnBeforeRequestDetails} Details
 * @typedef {{from: number, until: number}} Wait Milliseconds since 1970.
 */

/**
 * A playback whose body is due and that sends nothing for so long is not waited for: meanwhile the bodies of all others are
 * copied. It is waited for again once its address is heard. A player that plays sends more often. Milliseconds.
 */
const SILENT_MS = 30_000;

/**
 * A page that begins, or shows something else, is about to send for a playback that nobody has heard of. Its first body is
 * waited for, at most for so long and for so many bodies that nobody needed. Milliseconds.
 */
const PAGE_MS = 10_000;
const PAGE_BODIES = 20;

/** The most playbacks, or pages, that are waited for. Beyond it, the one that was heard longest ago is not. */
const MAX_WAITS = 100;

export class MediaBodyListener {
  /** Whether bodies are needed until further notice. */
  #isKept = false;
  #isPaused = false;
  /** Whether no media request was heard since the start. */
  #isFirst = false;
  /** @type {Map<string, Wait>} When the next body of each playback is waited for. */
  #playbacks = new Map();
  /** @type {Map<string, Wait & {bodies: number}>} The pages whose next playback is waited for. */
  #pages = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #hear;
  #filter = { urls: mediaRequests(), types: playerRequestTypes() };

  /**
   * It is there from `pause(false)` on, until the first body.
   * @param {(details: Details) => undefined} hear
   */
  constructor(hear) {
    this.#hear = hear;
  }

  /**
   * A page begins, or shows something else than before.
   * @param {string} page
   */
  begins(page) {
    const now = Date.now();
    remember(this.#pages, page, { from: now, until: now + PAGE_MS, bodies: 0 });
    this.#update();
  }

  /**
   * A playback's request was heard by its address.
   * @param {string} playback
   * @param {number} dueAt When its next body is due: milliseconds since 1970, infinity for never.
   */
  expect(playback, dueAt) {
    const from = Math.max(dueAt, Date.now());
    if (dueAt === Infinity) this.#playbacks.delete(playback);
    else remember(this.#playbacks, playback, { from, until: from + SILENT_MS });
    this.#update();
  }

  /**
   * A playback's request was heard with its body. This ends nothing that another playback is waited for.
   * @param {string} playback
   * @param {number} dueAt As in `expect`.
   * @param {string} [page] The page that sent it.
   * @param {boolean} [isRead] Whether the body was needed.
   */
  heard(playback, dueAt, page, isRead = false) {
    this.#isFirst = false;
    const waiting = page === undefined ? undefined : this.#pages.get(page);
    if (page !== undefined && waiting) {
      waiting.bodies += 1;
      if (isRead || waiting.bodies >= PAGE_BODIES) this.#pages.delete(page);
    }
    this.expect(playback, dueAt);
  }

  /**
   * @param {boolean} keep Whether bodies are needed until further notice.
   */
  keep(keep) {
    this.#isKept = keep;
    this.#update();
  }

  /**
   * @param {boolean} paused Whether nothing may be read.
   */
  pause(paused) {
    this.#isPaused = paused;
    this.#isFirst = !paused;
    if (paused) {
      this.#playbacks.clear();
      this.#pages.clear();
    }
    this.#update();
  }

  /** Listens if a body is due, and looks again when that changes. */
  #update() {
    const now = Date.now();
    let isDue = false;
    let next = Infinity;
    for (const waits of [this.#playbacks, this.#pages]) {
      for (const [key, { from, until }] of waits) {
        if (until <= now) waits.delete(key);
        else {
          isDue ||= from <= now;
          next = Math.min(next, from <= now ? until : from);
        }
      }
    }
    clearTimeout(this.#timer);
    if (next !== Infinity) this.#timer = setTimeout(() => this.#update(), next - now);
    this.#listen(isDue || this.#isKept || this.#isFirst);
  }

  /**
   * @param {boolean} wanted
   */
  #listen(wanted) {
    const listen = wanted && !this.#isPaused;
    const { onBeforeRequest } = chrome.webRequest;
    if (onBeforeRequest.hasListener(this.#hear) === listen) return;
    if (listen) onBeforeRequest.addListener(this.#hear, this.#filter, ["requestBody"]);
    else onBeforeRequest.removeListener(this.#hear);
  }
}

/**
 * Adds a wait as the newest, in place of the oldest if there are too many.
 * @template {Wait} Kind
 * @param {Map<string, Kind>} waits
 * @param {string} key
 * @param {Kind} wait
 */
function remember(waits, key, wait) {
  waits.delete(key);
  const [oldest] = waits.keys();
  if (waits.size >= MAX_WAITS) waits.delete(oldest);
  waits.set(key, wait);
}
