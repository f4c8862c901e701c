// What was heard since the browser started, and what became of it.
//
// It is kept in the browser's memory (`storage.session`), never on its disk: it outlives this script, which
// the browser stops when it likes, and ends with the browser. Each entry has a key of its own, since what is
// stored is copied whole.

import { journalEntries } from "./storage.js";

const MOST = 100;
/** The most playbacks whose video is remembered. */
const MOST_PLAYINGS = 500;

/** @typedef {import("../types/messages.js").TokenInfo} TokenInfo */

/**
 * What is kept until the host has it.
 * @typedef {{type: "captured", capture: import("../types/messages.js").Capture}
 *   | {type: "playing", playing: import("../types/messages.js").Playing}} Kept
 *
 * `waiting`: the host does not have it yet. `stored`: it does. `refused`: it will not take it.
 * @typedef {{
 *   id: string,
 *   order: number,
 *   message: Kept,
 *   token?: TokenInfo,
 *   state: "waiting" | "stored" | "refused",
 *   sinks?: import("../types/messages.js").SinkReport[],
 *   error?: import("../types/messages.js").Problem,
 * }} Entry
 */

/**
 * The token of an entry, where it is one of a token.
 * @param {Entry} entry
 * @returns {import("./feature.js").Token | undefined}
 */
export function tokenOf({ id, message, token }) {
  return message.type === "captured" && token ? { id, capture: message.capture, token } : undefined;
}

/**
 * Names a playback of one container.
 * @param {{cpn?: string, session?: {container?: string}}} heard
 */
function playbackOf({ cpn, session }) {
  return `${session?.container ?? ""} ${cpn ?? ""}`;
}

/**
 * Says for which video a token is, as a playback's requests told it.
 * @param {TokenInfo | undefined} token
 * @param {string | undefined} video_id
 */
function nameVideo(token, video_id) {
  if (token && video_id !== undefined) Object.assign(token, { video_id, certainty: "certain" });
}

export class Journal {
  /** @type {Entry[]} The oldest first. */
  #entries = [];
  /** The ones sent over the open port and not answered yet. */
  #sent = new Set();
  /** @type {Map<string, string>} The videos of playbacks. */
  #videos = new Map();

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    this.#entries = await journalEntries.get();
    for (const { message } of this.#entries) if (message.type === "playing") this.join(message.playing);
  }

  /** The tokens, the oldest first. */
  get tokens() {
    return this.#entries.flatMap((entry) => tokenOf(entry) ?? []);
  }

  /** Whether something is still to reach the host. */
  get hasWaiting() {
    return this.#entries.some((entry) => entry.state === "waiting");
  }

  /**
   * Takes something in, and gives its entry, which is to be saved.
   * @param {{message: Kept, token?: TokenInfo}} heard
   */
  add({ message, token }) {
    const order = 1 + (this.#entries.at(-1)?.order ?? 0);
    /** @type {Entry} */
    const entry = { id: crypto.randomUUID(), order, message, token, state: "waiting" };
    if (message.type === "captured" && token?.video_id === null) {
      nameVideo(token, this.#videos.get(playbackOf(message.capture)));
    }
    this.#entries.push(entry);
    if (this.#entries.length > MOST) {
      // What the host has is on its shelf; so it goes first.
      const settled = this.#entries.findIndex(({ state }) => state !== "waiting");
      this.#drop(Math.max(settled, 0));
    }
    return entry;
  }

  /**
   * Takes in which video a playback plays; gives the entries of its tokens, whose video was not known before.
   * @param {import("../types/messages.js").Playing} playing
   */
  join(playing) {
    const playback = playbackOf(playing);
    if (this.#videos.size >= MOST_PLAYINGS) this.#videos.clear();
    this.#videos.set(playback, playing.video_id);
    const joined = this.#entries.filter(
      ({ message, token }) =>
        message.type === "captured" && token?.video_id === null && playbackOf(message.capture) === playback,
    );
    for (const { token } of joined) nameVideo(token, playing.video_id);
    return joined;
  }

  /**
   * Has an entry outlive this script.
   * @param {Entry} entry
   */
  async save(entry) {
    await journalEntries.set(entry);
  }

  /** What is to be sent now, the oldest first. Each is given once an open port. */
  toSend() {
    const unsent = this.#entries.filter(({ id, state }) => state === "waiting" && !this.#sent.has(id));
    for (const { id } of unsent) this.#sent.add(id);
    return unsent;
  }

  /**
   * Has a token sent again that the host may have already.
   * @param {string} id
   */
  again(id) {
    const entry = this.#entries.find((entry) => entry.id === id);
    if (!entry) return;
    this.#sent.delete(id);
    entry.state = "waiting";
  }

  /** The port is gone: what it did not answer is to be sent again. */
  unsent() {
    this.#sent.clear();
  }

  /**
   * The host has it; gives its entry where the host knows its video, which was not known here.
   * @param {string} id
   * @param {import("../types/messages.js").SinkReport[]} sinks
   * @param {import("../types/messages.js").TokenInfo} told
   */
  stored(id, sinks, told) {
    const entry = this.#entries.find((entry) => entry.id === id);
    const isNews = entry?.token?.video_id === null && told.video_id !== null;
    if (isNews) entry.token = told;
    this.#settle(id, { state: "stored", sinks, error: undefined });
    return isNews ? entry : undefined;
  }

  /**
   * A sink that takes its time has the newest token now, or refused it.
   * @param {import("../types/messages.js").SinkReport} report
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
   * @param {import("../types/messages.js").Problem} error
   */
  refused(id, { code, message, hint }) {
    // Only a message that is wrong in itself stays wrong; all else may be mended on the host's side.
    const state = code === "malformed-message" ? "refused" : "waiting";
    this.#settle(id, { state, error: { code, message, hint } });
  }

  /** Has the newest sent again where a sink could not take it: someone may have mended that. */
  retryFailed() {
    const newest = this.#newest();
    if (newest?.sinks?.some((sink) => sink.outcome === "failed")) newest.state = "waiting";
  }

  #newest() {
    return this.#entries.findLast(({ token }) => token !== undefined);
  }

  /**
   * @param {number} index
   */
  #drop(index) {
    if (index < 0) return;
    for (const { id } of this.#entries.splice(index, 1)) void journalEntries.remove(id);
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
