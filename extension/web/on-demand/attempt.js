// One video that is opened for its token: in one way after the other, each for its time.

import { say } from "../i18n.js";
import { inWords } from "./container.js";
import { watchMedia } from "./media-watch.js";
import { Refusal } from "./token-request-error.js";
import { learn, waysNow } from "./open-methods.js";

/** @typedef {import("./opened-tabs.js").Place} Place */
/** @typedef {import("./open-methods.js").Way} Way */
/** @typedef {"token" | "refusal" | "nothing"} Brought What the page of a video brought. */

/** How long a way has, where there is another one after it: of what is left, and at the most. */
const PATIENCE = {
  parked: { share: 1 / 4, mostMs: 5000 },
  tab: { share: 1 / 2, mostMs: 8000 },
  window: { share: 1 / 2, mostMs: 15_000 },
};

/** So long a page stays once its token came: the request that carries it is still on its way. */
const LAST_MOMENTS_MS = 500;

export class Visit {
  /** When the last one stops waiting: milliseconds since 1970. */
  until = 0;
  /** Whether it has had its turn. */
  isOpen = false;
  #isOver = false;
  /** @type {Promise<void>} */
  #opening = Promise.resolve();
  /** @type {{place: Place, way: Way, media: ReturnType<typeof watchMedia>} | undefined} */
  #at;
  /** @type {Way[]} The ways that brought nothing in their time. */
  #vain = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #places;
  #url;
  #container;
  #fail;

  /**
   * @param {import("./opened-tabs.js").Places} places
   * @param {string} url
   * @param {string | undefined} container
   * @param {(refusal: Refusal) => void} fail Hears that it cannot be opened at all.
   */
  constructor(places, url, container, fail) {
    this.#places = places;
    this.#url = url;
    this.#container = container;
    this.#fail = fail;
  }

  /**
   * Whether it is in this tab.
   * @param {number} tab
   */
  isAt(tab) {
    return this.#at?.place.tab === tab;
  }

  /** Opens it: its turn has come. */
  async open() {
    this.isOpen = true;
    this.#go(await waysNow());
  }

  /**
   * Closes what it opened.
   * @param {Brought} brought
   */
  async close(brought) {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#opening;
    if (brought === "token") await new Promise((resolve) => setTimeout(resolve, LAST_MOMENTS_MS));
    if (!this.#at) return;
    const { place, way } = this.#at;
    this.#leave();
    if (brought === "token") learn(way, this.#vain);
    await this.#places.close(place, brought !== "nothing");
  }

  /**
   * @param {Way[]} ways Those that are left.
   */
  #go(ways) {
    this.#opening = this.#opening.then(() => this.#tryNext(ways));
  }

  /**
   * @param {Way[]} ways
   */
  async #tryNext(ways) {
    let trouble = "";
    for (const [index, way] of ways.entries()) {
      if (this.#isOver) return;
      try {
        const place = await this.#places.open(way, this.#url, this.#container);
        if (!place) continue;
        await this.#move(place, way);
        this.#wait(way, ways.slice(index + 1));
        return;
      } catch (error) {
        trouble = inWords(error, this.#container);
      }
    }
    // What is open already may still bring it.
    if (!this.#at && !this.#isOver) this.#fail(new Refusal("cannot-open", say("wish_cannot_open", trouble)));
  }

  /**
   * @param {Place} place
   * @param {Way} way
   */
  async #move(place, way) {
    const former = this.#at;
    this.#leave();
    this.#at = { place, way, media: watchMedia(place.tab) };
    if (former) await this.#places.close(former.place, false);
  }

  #leave() {
    this.#at?.media.stop();
    this.#at = undefined;
  }

  /**
   * @param {Way} way
   * @param {Way[]} others
   */
  #wait(way, others) {
    if (this.#isOver || others.length === 0) return;
    const { share, mostMs } = PATIENCE[way];
    this.#timer = setTimeout(
      () => {
        // What plays will get to its token; another page would begin anew.
        if (this.#at?.media.seen) return;
        this.#vain.push(way);
        this.#go(others);
      },
      Math.min(share * (this.until - Date.now()), mostMs),
    );
  }
}
