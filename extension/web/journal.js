// What was captured since the browser started, and what became of it.
//
// It is kept in the browser's memory (`storage.session`), never on its disk: it outlives this script, which
// the browser stops when it likes, and ends with the browser.

const KEY = "journal";
const MOST = 100;

/**
 * `waiting`: the host does not have it yet. `stored`: it does. `refused`: it will not take it.
 * @typedef {{
 *   id: string,
 *   capture: {token: string},
 *   label: import("./messages.js").Label,
 *   state: "waiting" | "stored" | "refused",
 *   sinks?: import("./messages.js").SinkReport[],
 *   error?: import("./messages.js").Notice,
 * }} Entry
 */

export class Journal {
  /** @type {Entry[]} The oldest first. */
  #entries = [];
  /** The ones sent over the open port and not answered yet. */
  #sent = new Set();
  #saved = Promise.resolve();

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    const { [KEY]: entries } = await chrome.storage.session.get(KEY);
    if (Array.isArray(entries)) this.#entries.unshift(...entries);
  }

  /** Whether something is still to reach the host. */
  get hasWaiting() {
    return this.#entries.some((entry) => entry.state === "waiting");
  }

  /**
   * @param {{capture: {token: string}, label: import("./messages.js").Label}} seen
   */
  add({ capture, label }) {
    this.#entries.push({ id: crypto.randomUUID(), capture, label, state: "waiting" });
    if (this.#entries.length > MOST) {
      // What the host has is on its shelf; so it goes first.
      const settled = this.#entries.findIndex((entry) => entry.state !== "waiting");
      this.#entries.splice(Math.max(settled, 0), 1);
    }
    this.#save();
  }

  /** What is to be sent now, the oldest first. Each is given once an open port. */
  toSend() {
    const unsent = this.#entries.filter(({ id, state }) => state === "waiting" && !this.#sent.has(id));
    for (const { id } of unsent) this.#sent.add(id);
    return unsent;
  }

  /** The port is gone: what it did not answer is to be sent again. */
  unsent() {
    this.#sent.clear();
  }

  /**
   * @param {string} id
   * @param {import("./messages.js").SinkReport[]} sinks
   */
  stored(id, sinks) {
    this.#settle(id, { state: "stored", sinks, error: undefined });
  }

  /**
   * @param {string} id
   * @param {import("./messages.js").Notice} error
   */
  refused(id, { code, message }) {
    // Only a message that is wrong in itself stays wrong; all else may be mended on the host's side.
    const state = code === "malformed-message" ? "refused" : "waiting";
    this.#settle(id, { state, error: { code, message } });
  }

  /** Has the newest sent again where a sink could not take it: someone may have mended that. */
  retryFailed() {
    const newest = this.#entries.at(-1);
    if (newest?.sinks?.some((sink) => sink.outcome === "failed")) newest.state = "waiting";
  }

  /**
   * @param {string} id
   * @param {Partial<Entry>} change
   */
  #settle(id, change) {
    this.#sent.delete(id);
    const entry = this.#entries.find((entry) => entry.id === id);
    if (entry) Object.assign(entry, change);
    this.#save();
  }

  #save() {
    this.#saved = this.#saved.then(() => chrome.storage.session.set({ [KEY]: this.#entries }));
  }
}
