// What was captured since the browser started, and what became of it.
//
// It is kept in the browser's memory (`storage.session`), never on its disk: it outlives this script, which
// the browser stops when it likes, and ends with the browser. Each entry has a key of its own, since what is
// stored is copied whole.

const PREFIX = "journal/";
const MOST = 100;

/**
 * `waiting`: the host does not have it yet. `stored`: it does. `refused`: it will not take it.
 * @typedef {{
 *   id: string,
 *   order: number,
 *   capture: {token: string},
 *   label: import("./messages.js").Label,
 *   state: "waiting" | "stored" | "refused",
 *   sinks?: import("./messages.js").SinkReport[],
 *   error?: import("./messages.js").Notice,
 * }} Entry
 */

/**
 * The entries in what `storage.session` holds, the oldest first.
 * @param {Record<string, unknown>} stored
 * @returns {Entry[]}
 */
export function entriesIn(stored) {
  return Object.entries(stored)
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([, entry]) => /** @type {Entry} */ (entry))
    .sort((a, b) => a.order - b.order);
}

export class Journal {
  /** @type {Entry[]} The oldest first. */
  #entries = [];
  /** The ones sent over the open port and not answered yet. */
  #sent = new Set();

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    this.#entries = entriesIn(await chrome.storage.session.get());
  }

  /** Whether something is still to reach the host. */
  get hasWaiting() {
    return this.#entries.some((entry) => entry.state === "waiting");
  }

  /**
   * Takes a capture in, and gives its entry, which is to be saved.
   * @param {{capture: {token: string}, label: import("./messages.js").Label}} seen
   */
  add({ capture, label }) {
    const order = 1 + (this.#entries.at(-1)?.order ?? 0);
    /** @type {Entry} */
    const entry = { id: crypto.randomUUID(), order, capture, label, state: "waiting" };
    this.#entries.push(entry);
    if (this.#entries.length > MOST) {
      // What the host has is on its shelf; so it goes first.
      const settled = this.#entries.findIndex(({ state }) => state !== "waiting");
      for (const { id } of this.#entries.splice(Math.max(settled, 0), 1)) {
        void chrome.storage.session.remove(PREFIX + id);
      }
    }
    return entry;
  }

  /**
   * Has an entry outlive this script.
   * @param {Entry} entry
   */
  async save(entry) {
    await chrome.storage.session.set({ [PREFIX + entry.id]: entry });
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
    if (entry) void this.save(Object.assign(entry, change));
  }
}
