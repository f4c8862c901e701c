// How many videos are opened for token requests within an hour, as long as the browser runs.

import { videosOpenedAt } from "../storage.js";

const HOUR_MS = 3_600_000;

/**
 * Those of these times that are within the hour.
 * @param {number[]} times
 */
export function openedWithinHour(times) {
  const now = Date.now();
  return times.filter((time) => now - time < HOUR_MS);
}

export class HourlyLimit {
  /** @type {number[]} When each was opened: milliseconds since 1970, the oldest first. */
  #times = [];

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    this.#times = await videosOpenedAt.get();
  }

  /**
   * Counts one more video. If the limit is reached, returns the time when one more is allowed.
   * @param {number} limit
   */
  take(limit) {
    this.#times = openedWithinHour(this.#times);
    const blocking = this.#times.at(-limit);
    if (blocking !== undefined) return blocking + HOUR_MS;
    this.#times.push(Date.now());
    void videosOpenedAt.set(this.#times);
    return undefined;
  }
}
