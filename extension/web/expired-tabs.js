// Which tabs show a video whose newest token has probably expired.

import { orElse, unwaited } from "./problems.js";
import { expiredTabs as storedTabs } from "./storage.js";

/** @typedef {import("../types/messages.js").TokenInfo} TokenInfo */

const ALARM = "token-expires";
/** The most videos whose tokens are remembered, the newest. */
const MOST = 200;

export class ExpiredTabs {
  /** @type {Map<string, number>} Until when the newest token of a video is fresh: the host forgets it some hours later. */
  #freshUntil = new Map();
  /** @type {Promise<Set<number>>} The tabs whose button has a look of its own: also those whose token was renewed. */
  #own = orElse(storedTabs.get(), []).then((tabs) => new Set(tabs));
  #pageOf;
  #onChange;
  /** Counts the looks, of which only the last one tells. */
  #looks = 0;

  /**
   * @param {(address: string) => Promise<import("./observer.js").Page | undefined>} pageOf
   * @param {{
   *   onChange: (tabs: {tabs: number[], expired: number[]}) => void,
   *   onLeft: (tab: number) => void,
   * }} listener Hears which tabs have an expired token, and which have or had one. And that a tab goes to another page, with
   *   which the browser forgets the look of its button.
   */
  constructor(pageOf, { onChange, onLeft }) {
    this.#pageOf = pageOf;
    this.#onChange = onChange;
    chrome.tabs.onUpdated.addListener(async (id, { url, status }, tab) => {
      if (url === undefined && status === undefined) return;
      const own = await this.#own;
      // The address of a page that the extension may not read is not told.
      if (own.delete(id)) onLeft(id);
      else if (tab.url === undefined) return;
      await this.#look();
    });
    chrome.alarms.onAlarm.addListener(({ name }) => {
      if (name === ALARM) void this.#look();
    });
  }

  /**
   * The host told which tokens it has.
   * @param {TokenInfo[]} tokens
   */
  async learn(tokens) {
    for (const { video_id, private: isPrivate, fresh_until } of tokens) {
      if (video_id === null) continue;
      const key = keyOf(video_id, isPrivate);
      const newest = Math.max(fresh_until, this.#freshUntil.get(key) ?? 0);
      this.#freshUntil.delete(key);
      this.#freshUntil.set(key, newest);
    }
    for (const key of [...this.#freshUntil.keys()].slice(0, -MOST)) this.#freshUntil.delete(key);
    const now = Date.now();
    const next = Math.min(...[...this.#freshUntil.values()].filter((until) => until > now));
    if (Number.isFinite(next)) await chrome.alarms.create(ALARM, { when: next });
    await this.#look();
  }

  async #look() {
    const look = ++this.#looks;
    const own = await this.#own;
    const expired = [];
    for (const { id, url: address, incognito } of await chrome.tabs.query({})) {
      const video = address && (await this.#pageOf(address))?.video_id;
      const until = video && this.#freshUntil.get(keyOf(video, incognito));
      if (id !== undefined && until && until <= Date.now()) expired.push(id);
    }
    if (look !== this.#looks) return;
    for (const id of expired) own.add(id);
    unwaited(storedTabs.set([...own]));
    this.#onChange({ tabs: [...own], expired });
  }
}

/**
 * @param {string} video
 * @param {boolean} isPrivate
 */
function keyOf(video, isPrivate) {
  return `${isPrivate ? "private" : "normal"} ${video}`;
}
