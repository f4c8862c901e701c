// The wishes that wait for a token, by their video: a video that several wish for is opened once, two videos are open
// at a time, and the others wait for their turn in the order of their wishes.

import { say } from "../i18n.js";
import { fulfils } from "./matches.js";
import { Places } from "./opened-tabs.js";
import { Refusal } from "./token-request-error.js";
import { Visit } from "./attempt.js";

/** @typedef {import("./token-request.js").Wish} Wish */
/** @typedef {{visit: Visit, wishes: Map<Wish, ReturnType<typeof setTimeout>>}} Entry */

const MOST_OPEN = 2;

export class Line {
  /** @type {Map<string, Entry>} In the order of their turns. */
  #entries = new Map();
  #places = new Places((tab) => this.#closed(tab));
  #open = 0;
  #ends;

  /**
   * @param {{
   *   expectTokens: (soon: boolean) => void,
   *   fulfilled: (wish: Wish) => void,
   *   refused: (wish: Wish, refusal: Refusal) => void,
   * }} ends Hears whether videos are open, and what becomes of a wish.
   */
  constructor(ends) {
    this.#ends = ends;
  }

  /**
   * Whether another wish is for the same video.
   * @param {Wish} wish
   */
  joins(wish) {
    return this.#entries.has(keyOf(wish));
  }

  /**
   * @param {Wish} wish
   */
  join(wish) {
    const key = keyOf(wish);
    const entry = this.#entries.get(key) ?? this.#newEntry(wish);
    this.#entries.set(key, entry);
    const timer = setTimeout(() => this.#refuse(entry, [wish], tooLate(entry, wish)), wish.until - Date.now());
    entry.wishes.set(wish, timer);
    entry.visit.until = Math.max(...[...entry.wishes.keys()].map(({ until }) => until));
    this.#next();
  }

  /**
   * @param {import("../feature.js").Token} token One whose video is known.
   */
  token(token) {
    for (const entry of this.#all()) {
      const wishes = [...entry.wishes.keys()].filter((wish) => fulfils(token, wish));
      if (wishes.length === 0) continue;
      for (const wish of wishes) this.#ends.fulfilled(wish);
      this.#end(entry, wishes, "token");
    }
  }

  /**
   * A page says that it does not play its video.
   * @param {number} tab
   * @param {string} url
   * @param {(videoId: string) => Refusal} refusal
   */
  pageRefused(tab, url, refusal) {
    const videoId = new URL(url).searchParams.get("v");
    const entry = this.#all().find(({ visit }) => visit.isAt(tab));
    const wishes = [...(entry?.wishes.keys() ?? [])].filter(({ video_id }) => video_id === videoId);
    if (entry && videoId && wishes.length > 0) this.#refuse(entry, wishes, refusal(videoId));
  }

  /**
   * Refuses all.
   * @param {Refusal} refusal
   */
  refuse(refusal) {
    for (const entry of this.#all()) this.#refuse(entry, [...entry.wishes.keys()], refusal);
    this.#places.clear();
  }

  /** Nobody waits any more: gives the wishes that were open. */
  drop() {
    const dropped = this.#all().flatMap(({ wishes }) => [...wishes.keys()]);
    for (const entry of this.#all()) this.#end(entry, [...entry.wishes.keys()], "nothing");
    this.#places.clear();
    return dropped;
  }

  #all() {
    return [...this.#entries.values()];
  }

  /**
   * @param {Wish} wish
   * @returns {Entry}
   */
  #newEntry({ video_id, music, container }) {
    const url = `https://${music ? "music" : "www"}.youtube.com/watch?v=${video_id}`;
    const visit = new Visit(this.#places, url, container, (refusal) =>
      this.#refuse(entry, [...entry.wishes.keys()], refusal),
    );
    /** @type {Entry} */
    const entry = { visit, wishes: new Map() };
    return entry;
  }

  /** Opens what has its turn. */
  #next() {
    for (const { visit } of this.#all()) {
      if (this.#open >= MOST_OPEN) return;
      if (visit.isOpen) continue;
      this.#open += 1;
      this.#ends.expectTokens(true);
      void visit.open();
    }
  }

  /**
   * The user closed a tab.
   * @param {number} tab
   */
  #closed(tab) {
    const entry = this.#all().find(({ visit }) => visit.isAt(tab));
    if (!entry) return;
    this.#refuse(entry, [...entry.wishes.keys()], new Refusal("tab-closed", say("wish_tab_closed")));
  }

  /**
   * @param {Entry} entry
   * @param {Wish[]} wishes
   * @param {Refusal} refusal
   */
  #refuse(entry, wishes, refusal) {
    for (const wish of wishes) this.#ends.refused(wish, refusal);
    const said = refusal.code === "not-playable" || refusal.code === "login-needed";
    this.#end(entry, wishes, said ? "refusal" : "nothing");
  }

  /**
   * These wishes are over; with the last one of a video its visit is.
   * @param {Entry} entry
   * @param {Wish[]} wishes
   * @param {import("./attempt.js").Brought} brought
   */
  #end(entry, wishes, brought) {
    for (const wish of wishes) {
      clearTimeout(entry.wishes.get(wish));
      entry.wishes.delete(wish);
    }
    if (entry.wishes.size > 0) return;
    for (const [key, other] of this.#entries) if (other === entry) this.#entries.delete(key);
    if (entry.visit.isOpen) void this.#close(entry.visit, brought);
  }

  /**
   * @param {Visit} visit
   * @param {import("./attempt.js").Brought} brought
   */
  async #close(visit, brought) {
    await visit.close(brought);
    this.#open -= 1;
    this.#next();
    if (this.#open === 0) this.#ends.expectTokens(false);
  }
}

/**
 * @param {Wish} wish
 */
function keyOf({ video_id, music, container }) {
  return `${container ?? ""} ${music} ${video_id}`;
}

/**
 * @param {Entry} entry
 * @param {Wish} wish
 */
function tooLate({ visit }, { video_id, since, until }) {
  const seconds = String(Math.round((until - since) / 1000));
  return new Refusal("no-token", say(visit.isOpen ? "wish_no_token" : "wish_no_turn", video_id, seconds));
}
