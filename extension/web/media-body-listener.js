// The listener that asks for the bodies of media requests. Browsers copy a request's body for every listener that asks. So
// this one is there only while a body is needed.

import { mediaRequests } from "./requests.js";
import { playerRequestTypes } from "./player-request.js";

/** @typedef {chrome.webRequest.OnBeforeRequestDetails} Details */

/** After so many bodies that nobody needed, one after the other, no more are asked for. */
const MAX_UNNEEDED = 3;

export class MediaBodyListener {
  /** Whether bodies are needed until further notice. */
  #isKept = false;
  #isPaused = false;
  #unneeded = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #timerAt = 0;
  #hear;
  #filter = { urls: mediaRequests(), types: playerRequestTypes() };

  /**
   * @param {(details: Details) => undefined} hear
   */
  constructor(hear) {
    this.#hear = hear;
  }

  /** A body is needed: the next request's. */
  ask() {
    this.#unneeded = 0;
    this.#listen(true);
  }

  /**
   * Asks at a later time, so that the first request after it comes with its body. The earliest time counts.
   * @param {number} time Milliseconds since 1970.
   * @param {() => boolean} isNeeded Whether it is needed by then.
   */
  askAt(time, isNeeded) {
    if (this.#timer !== undefined && this.#timerAt <= time) return;
    clearTimeout(this.#timer);
    this.#timerAt = time;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (isNeeded()) this.ask();
    }, time - Date.now());
  }

  /** The body that was needed is read. */
  done() {
    if (!this.#isKept) this.#listen(false);
  }

  /** A body came that nobody needed: it was of another playback than the one that asked, which may be over. */
  unneeded() {
    this.#unneeded += 1;
    if (this.#unneeded >= MAX_UNNEEDED) this.done();
  }

  /**
   * @param {boolean} keep Whether bodies are needed until further notice.
   */
  keep(keep) {
    this.#isKept = keep;
    this.#listen(keep);
  }

  /**
   * @param {boolean} paused Whether nothing may be read.
   */
  pause(paused) {
    this.#isPaused = paused;
    this.#listen(!paused);
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
