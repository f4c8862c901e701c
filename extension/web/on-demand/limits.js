// Which videos were opened within the last hour, as long as the browser runs.

const KEY = "wish-opened";
const HOUR_MS = 3_600_000;

export class Quota {
  /** @type {number[]} When each was opened: milliseconds since 1970, the oldest first. */
  #times = [];

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    const stored = await chrome.storage.session.get(KEY);
    this.#times = /** @type {number[] | undefined} */ (stored[KEY]) ?? [];
  }

  /**
   * Counts one more, or gives the time from which on one more is allowed.
   * @param {number} limit
   */
  take(limit) {
    const now = Date.now();
    this.#times = this.#times.filter((time) => now - time < HOUR_MS);
    const standing = this.#times.at(-limit);
    if (standing !== undefined) return standing + HOUR_MS;
    this.#times.push(now);
    void chrome.storage.session.set({ [KEY]: this.#times });
    return undefined;
  }
}
