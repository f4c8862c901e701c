// Downloads that are retried with the user's login once the browser has asked the user for the permission.

import { COOKIES } from "./permission.js";

/** The longest time that the user takes to answer. A permission that comes later is for something else. */
const ANSWER_MS = 120_000;

export class AwaitedLogins {
  /** @type {Map<string, number>} Downloads, and until when their permission is awaited. */
  #awaited = new Map();
  #retry;

  /**
   * @param {(id: string) => void} retry
   */
  constructor(retry) {
    this.#retry = retry;
    chrome.permissions.onAdded.addListener(() => void this.#retryPermitted());
  }

  /**
   * Retries a download at once if the login may be read, and else when that is permitted.
   * @param {string} id
   */
  await(id) {
    this.#awaited.set(id, Date.now() + ANSWER_MS);
    return this.#retryPermitted();
  }

  async #retryPermitted() {
    if (!(await chrome.permissions.contains(COOKIES))) return;
    const awaited = [...this.#awaited];
    this.#awaited.clear();
    for (const [id, until] of awaited) if (Date.now() < until) this.#retry(id);
  }
}
