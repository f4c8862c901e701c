// What was heard since the browser started, and what became of it.
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
 *   message: import("./messages.js").Kept,
 *   label?: import("./messages.js").Label,
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
   * Takes something in, and gives its entry, which is to be saved.
   * @param {{message: import("./messages.js").Kept, label?: import("./messages.js").Label}} heard
   */
  add({ message, label }) {
    const order = 1 + (this.#entries.at(-1)?.order ?? 0);
    /** @type {Entry} */
    const entry = { id: crypto.randomUUID(), order, message, label, state: "waiting" };
    this.#entries.push(entry);
    if (this.#entries.length > MOST) {
      // What the host has is on its shelf; so it goes first.
      const settled = this.#entries.findIndex(({ state }) => state !== "waiting");
      this.#drop(Math.max(settled, 0));
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
   * A sink that takes its time has the newest token now, or refused it.
   * @param {import("./messages.js").SinkReport} report
   */
  delivered(report) {
    const newest = this.#newest();
    if (!newest?.sinks) return;
    newest.sinks = newest.sinks.map((sink) =>
      sink.kind === report.kind && sink.place === report.place ? report : sink,
    );
    void this.save(newest);
  }

  /**
   * The host knows which video a playback plays; nobody else asks.
   * @param {string} id
   */
  noted(id) {
    this.#sent.delete(id);
    this.#drop(this.#entries.findIndex((entry) => entry.id === id));
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
    const newest = this.#newest();
    if (newest?.sinks?.some((sink) => sink.outcome === "failed")) newest.state = "waiting";
  }

  #newest() {
    return this.#entries.findLast(({ label }) => label !== undefined);
  }

  /**
   * @param {number} index
   */
  #drop(index) {
    if (index < 0) return;
    for (const { id } of this.#entries.splice(index, 1)) void chrome.storage.session.remove(PREFIX + id);
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
