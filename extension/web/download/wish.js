// The host's wish for a token of one video: opens the video in a muted tab in the background, until its player has
// sent a token that the host did not have, or the time is up.

import { WishTabs } from "./wish-tabs.js";
import { say } from "../popup/words.js";

/** @typedef {import("./messages.js").Wanted} Wanted */
/** @typedef {Wanted & {since: number, timer: ReturnType<typeof setTimeout>}} Wish Told at `since`. */
/**
 * A video that is wished for, once or more often; `tab` once it has been its turn.
 * @typedef {{url: string, container?: string, wishes: Wish[], tab?: Promise<number>}} Visit
 */

const MOST_TABS = 2;

export class Wishes {
  /** @type {Map<string, Visit>} In the order of their turns. */
  #visits = new Map();
  /** @type {Map<string, string | undefined>} The containers of tokens that came since, by what may be shown of them. */
  #containers = new Map();
  #tabs = new WishTabs((tab) => this.#closed(tab));
  #post;

  /**
   * @param {import("../feature.js").Bridge["post"]} post
   */
  constructor(post) {
    this.#post = post;
  }

  /**
   * @param {Wanted} wanted
   */
  add(wanted) {
    const { video_id, music, container, within } = wanted;
    const url = `https://${music ? "music" : "www"}.youtube.com/watch?v=${video_id}`;
    const key = `${container ?? ""} ${url}`;
    const visit = this.#visits.get(key) ?? { url, container, wishes: [] };
    this.#visits.set(key, visit);
    const timer = setTimeout(() => this.#giveUp(visit, [wish], this.#tooLate(visit, within)), within);
    const wish = { ...wanted, since: Date.now(), timer };
    visit.wishes.push(wish);
    this.#next();
  }

  /**
   * A player sent a token.
   * @param {import("../feature.js").Captured} capture
   * @param {import("../messages.js").Label} label
   */
  captured({ session }, { masked }) {
    if (this.#visits.size > 0) this.#containers.set(masked, session?.container);
  }

  /**
   * What the host has, with what it knows of it.
   * @param {import("../messages.js").Label[]} labels
   */
  known(labels) {
    for (const visit of [...this.#visits.values()]) {
      const came = visit.wishes.filter((wish) => labels.some((label) => this.#fulfils(label, wish)));
      this.#end(visit, came);
    }
  }

  /** The host is gone, and with it its wishes. */
  lost() {
    for (const visit of [...this.#visits.values()]) this.#end(visit, visit.wishes);
  }

  /**
   * @param {import("../messages.js").Label} label
   * @param {Wish} wish
   */
  #fulfils({ masked, video_id, captured_at }, wish) {
    return (
      video_id === wish.video_id &&
      captured_at >= wish.since &&
      this.#containers.has(masked) &&
      this.#containers.get(masked) === wish.container
    );
  }

  /** Opens what has its turn. */
  #next() {
    const visits = [...this.#visits.values()];
    const waiting = visits.filter(({ tab }) => tab === undefined);
    const free = MOST_TABS - (visits.length - waiting.length);
    for (const visit of waiting.slice(0, Math.max(0, free))) {
      visit.tab = this.#tabs.open(visit.url, visit.container);
      visit.tab.catch((error) => this.#giveUp(visit, visit.wishes, say("wish_no_tab", error.message)));
    }
  }

  /**
   * @param {Visit} visit
   * @param {number} within
   */
  #tooLate({ tab, wishes }, within) {
    const [{ video_id } = { video_id: "" }] = wishes;
    const seconds = String(Math.round(within / 1000));
    return say(tab ? "wish_too_late" : "wish_no_turn", video_id, seconds);
  }

  /**
   * The user closed a tab.
   * @param {number} tab
   */
  async #closed(tab) {
    for (const visit of [...this.#visits.values()]) {
      if ((await visit.tab?.catch(() => undefined)) === tab) {
        this.#giveUp(visit, visit.wishes, say("wish_tab_closed"));
      }
    }
  }

  /**
   * @param {Visit} visit
   * @param {Wish[]} wishes
   * @param {string} message
   */
  #giveUp(visit, wishes, message) {
    for (const { id } of wishes) this.#post({ type: "unobtainable", id, message });
    this.#end(visit, wishes);
  }

  /**
   * These wishes are over; with the last one of a video its tab is.
   * @param {Visit} visit
   * @param {Wish[]} wishes
   */
  #end(visit, wishes) {
    for (const { timer } of wishes) clearTimeout(timer);
    visit.wishes = visit.wishes.filter((wish) => !wishes.includes(wish));
    if (visit.wishes.length > 0) return;
    for (const [key, other] of this.#visits) if (other === visit) this.#visits.delete(key);
    if (this.#visits.size === 0) this.#containers.clear();
    visit.tab?.then(
      (tab) => this.#tabs.close(tab),
      () => {},
    );
    this.#next();
  }
}
