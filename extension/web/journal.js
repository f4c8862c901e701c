// What was read from the player's requests since the browser started, and whether the host has it.
//
// It is kept in the browser's memory (`storage.session`), never on its disk. It outlives the background script, which
// the browser stops when it likes, and ends with the browser.

import { saysMore } from "./certainty.js";
import { isPrivateEntry } from "./private-windows.js";
import { orElse, unwaited } from "./problems.js";
import { journalEntries } from "./storage.js";

/** @typedef {import("../types/messages.js").SinkReport} SinkReport */
/** @typedef {import("../types/messages.js").TokenInfo} TokenInfo */

/**
 * A token, or which video a playback plays, as wasm gives it.
 * @typedef {{
 *   id: string,
 *   capture?: import("../types/messages.js").Capture,
 *   token?: TokenInfo,
 *   playing?: import("../types/messages.js").Playing,
 * }} NewEntry
 *
 * `waiting`: the host does not have it yet. `stored`: it does. `refused`: it will not take it. `order` counts up.
 * @typedef {NewEntry & {
 *   order: number,
 *   state: "waiting" | "stored" | "refused",
 *   sinks?: SinkReport[],
 *   error?: import("../types/messages.js").Problem,
 * }} Entry
 */

/** The most of each kind. Beyond it the oldest goes, and what the host has goes first. */
const MAX_OF_A_KIND = 100;
/** What the host has is of no use any more after this time, when its token has expired. */
const KEPT_MS = 12 * 3_600_000;

export class Journal {
  /** @type {Entry[]} The oldest first. */
  #entries = [];
  /** The entries that were sent over the open port and are not answered yet. */
  #sent = new Set();
  #onDropped;

  /**
   * @param {(id: string) => void} onDropped Hears of an entry that is no longer kept.
   */
  constructor(onDropped) {
    this.#onDropped = onDropped;
  }

  /** Takes up what this script had before the browser stopped it. Its port was lost with it. */
  async load() {
    this.#entries = await orElse(journalEntries.get(), []);
    this.#dropExpired();
    this.portLost();
  }

  /** What is kept, the oldest first. */
  get entries() {
    return this.#entries;
  }

  /** Whether something is still to reach the host. */
  get hasWaiting() {
    return this.#entries.some(({ state }) => state === "waiting");
  }

  /**
   * Adds an entry, and gives it as it is to be saved.
   * @param {NewEntry} entry
   */
  add(entry) {
    /** @type {Entry} */
    const added = { ...entry, order: Number(entry.id), state: "waiting" };
    this.#dropExpired();
    this.#entries.push(added);
    const kind = this.#entries.filter(({ capture }) => (capture === undefined) === (added.capture === undefined));
    if (kind.length > MAX_OF_A_KIND) this.#drop(kind.find(({ state }) => state !== "waiting") ?? kind[0]);
    return added;
  }

  /**
   * Changes what may be shown of a token; gives its entry, which is to be saved.
   * @param {string} id
   * @param {Partial<TokenInfo>} info
   */
  update(id, info) {
    const entry = this.#find(id);
    if (entry?.token) Object.assign(entry.token, info);
    return entry;
  }

  /**
   * Takes up the video that the host has for a token, unless as much is known here. Says whether it did.
   * @param {string} id
   * @param {TokenInfo} info
   */
  learn(id, info) {
    const token = this.#find(id)?.token;
    if (!token || !saysMore(info, token)) return false;
    Object.assign(token, { video_id: info.video_id, certainty: info.certainty });
    return true;
  }

  /**
   * Has an entry outlive this script.
   * @param {Entry} entry
   */
  async save(entry) {
    await orElse(journalEntries.set(entry), undefined);
  }

  /** The messages to send now, the oldest first. Each is given once for an open port. */
  toSend() {
    const unsent = this.#entries.filter(({ id, state }) => state === "waiting" && !this.#sent.has(id));
    for (const { id } of unsent) this.#sent.add(id);
    return unsent.flatMap(messagesOf);
  }

  /**
   * Has a token sent again that the host may have already.
   * @param {string} id
   */
  sendAgain(id) {
    const entry = this.#find(id);
    if (!entry) return;
    this.#sent.delete(id);
    entry.state = "waiting";
  }

  /**
   * The port is lost: what it did not answer is to be sent again. With the port the host forgets what private windows
   * brought, so that is to be sent again too.
   */
  portLost() {
    this.#sent.clear();
    for (const entry of this.#entries.filter(isPrivateEntry)) {
      if (entry.state === "stored") this.#settle(entry.id, { state: "waiting" });
    }
  }

  /** The private windows are closed: what they brought goes. */
  dropPrivate() {
    for (const entry of this.#entries.filter(isPrivateEntry)) this.#drop(entry);
  }

  /**
   * The host has it.
   * @param {string} id
   * @param {SinkReport[]} sinks
   */
  stored(id, sinks) {
    this.#settle(id, { state: "stored", sinks, error: undefined });
  }

  /**
   * A slow sink has the newest token now, or failed.
   * @param {SinkReport} report
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
   * The host knows which video a playback plays. The entry stays: the next background script learns from it.
   * @param {string} id
   */
  noted(id) {
    this.#settle(id, { state: "stored", error: undefined });
  }

  /**
   * The host did not take it.
   * @param {string} id
   * @param {import("../types/messages.js").Problem} error
   */
  refused(id, { code, message, hint }) {
    // A message that is wrong in itself stays wrong, and a token that YouTube refused is not taken again. Anything else may
    // be repaired on the host's side.
    const state = code === "malformed-message" || code === "token-refused" ? "refused" : "waiting";
    this.#settle(id, { state, error: { code, message, hint } });
  }

  /** If a sink could not take the newest token, the token is sent again: somebody may have repaired the sink. */
  retryFailed() {
    const newest = this.#newest();
    if (newest?.sinks?.some(({ outcome }) => outcome === "failed")) newest.state = "waiting";
  }

  #newest() {
    return this.#entries.findLast(({ token }) => token !== undefined);
  }

  /**
   * @param {string} id
   */
  #find(id) {
    return this.#entries.find((entry) => entry.id === id);
  }

  #dropExpired() {
    const now = Date.now();
    for (const entry of this.#entries.filter((entry) => isExpired(entry, now))) this.#drop(entry);
  }

  /**
   * @param {Entry} entry
   */
  #drop(entry) {
    const { id } = entry;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#sent.delete(id);
    unwaited(journalEntries.remove(id));
    this.#onDropped(id);
  }

  /**
   * @param {string} id
   * @param {Partial<Entry>} change
   */
  #settle(id, change) {
    this.#sent.delete(id);
    const entry = this.#find(id);
    if (entry) void this.save(Object.assign(entry, change));
  }
}

/**
 * @param {Entry} entry
 * @returns {import("../types/messages.js").ToHost[]}
 */
function messagesOf({ id, capture, playing }) {
  if (capture) return [{ type: "captured", id, capture }];
  return playing ? [{ type: "playing", id, playing }] : [];
}

/**
 * @param {Entry} entry
 * @param {number} now
 */
function isExpired({ state, capture, playing }, now) {
  const at = capture?.captured_at ?? playing?.at;
  return state !== "waiting" && at !== undefined && at + KEPT_MS <= now;
}
