// The tabs and windows that were opened for wishes. Which they are is kept in the browser's memory, so that this script
// closes what it left open when the browser stopped it.

import { openTab } from "./tab.js";
import { openBehind } from "./window.js";

/** @typedef {{tab: number, window?: number, container?: string}} Place `window` where it is a window of its own. */

const KEY = "wish-places";
/** Wakes this script, should the browser stop it while something is open. */
const ALARM = "wish-places";
/** So long a tab is kept for the next video. */
const PARKED_MS = 30_000;
/** Where a parked tab is: nothing plays there, and it costs next to nothing. */
const NOWHERE = "about:blank";

export class Places {
  /** @type {Map<number, Place>} By tab. */
  #open = new Map();
  /** @type {Map<string, {place: Place, timer: ReturnType<typeof setTimeout>}>} By container. */
  #parked = new Map();
  /** @type {Promise<unknown>} What was left open is being closed. */
  #swept;

  /**
   * @param {(tab: number) => void} onClosed Hears of a tab that somebody else closed.
   */
  constructor(onClosed) {
    this.#swept = sweep();
    chrome.tabs.onRemoved.addListener((tab) => {
      if (!this.#open.delete(tab)) return;
      for (const { place } of [...this.#parked.values()]) if (place.tab === tab) this.#unpark(place.container);
      void this.#keep();
      onClosed(tab);
    });
  }

  /**
   * Opens an address, muted, and without the focus. Nothing where there is no parked tab to open it in.
   * @param {import("./open-methods.js").Way} way
   * @param {string} url
   * @param {string | undefined} container
   * @returns {Promise<Place | undefined>}
   */
  async open(way, url, container) {
    await this.#swept;
    if (way === "parked") return this.#reuse(url, container);
    const opened =
      way === "tab" ? { tab: await openTab(url, container) } : await openBehind(url, container, () => this.#windows);
    const place = { ...opened, container };
    this.#open.set(place.tab, place);
    await this.#keep();
    return place;
  }

  /**
   * Closes it, unless somebody has turned to its tab: then it is theirs.
   * @param {Place} place
   * @param {boolean} park Whether it may be kept for the next video.
   */
  async close(place, park) {
    if (!this.#open.has(place.tab)) return;
    if (park && place.window === undefined && (await this.#park(place))) return;
    this.#open.delete(place.tab);
    await close(place);
    await this.#keep();
  }

  get #windows() {
    return [...this.#open.values()].filter(({ window }) => window !== undefined).length;
  }

  /** Closes what is parked. */
  clear() {
    for (const { place } of [...this.#parked.values()]) {
      this.#unpark(place.container);
      void this.close(place, false);
    }
  }

  /**
   * @param {Place} place
   */
  async #park(place) {
    const { tab, container = "" } = place;
    if (this.#parked.has(container) || (await isActive(tab)) || this.#parked.has(container)) return false;
    const timer = setTimeout(() => {
      this.#unpark(container);
      void this.close(place, false);
    }, PARKED_MS);
    this.#parked.set(container, { place, timer });
    try {
      await chrome.tabs.update(tab, { url: NOWHERE });
    } catch {
      // Somebody closed it, and `onRemoved` says so.
    }
    return true;
  }

  /**
   * @param {string} [container]
   */
  #unpark(container = "") {
    clearTimeout(this.#parked.get(container)?.timer);
    this.#parked.delete(container);
  }

  /**
   * @param {string} url
   * @param {string | undefined} container
   */
  async #reuse(url, container) {
    const { place } = this.#parked.get(container ?? "") ?? {};
    if (!place) return undefined;
    this.#unpark(container);
    if (await isActive(place.tab)) {
      await this.close(place, false);
      return undefined;
    }
    await chrome.tabs.update(place.tab, { url, muted: true });
    return place;
  }

  async #keep() {
    await chrome.storage.session.set({ [KEY]: [...this.#open.values()] });
    if (this.#open.size > 0) await chrome.alarms.create(ALARM, { periodInMinutes: 1 });
    else await chrome.alarms.clear(ALARM);
  }
}

/** Closes what an earlier run of this script left open. */
async function sweep() {
  const stored = await chrome.storage.session.get(KEY);
  const left = /** @type {Place[] | undefined} */ (stored[KEY]) ?? [];
  await Promise.all(left.map(close));
  await chrome.storage.session.remove(KEY);
  await chrome.alarms.clear(ALARM);
}

/**
 * @param {Place} place
 */
async function close({ tab, window }) {
  try {
    if (window !== undefined) await chrome.windows.remove(window);
    else if (await isActive(tab)) await chrome.tabs.update(tab, { muted: false });
    else await chrome.tabs.remove(tab);
  } catch {
    // Somebody closed it.
  }
}

/**
 * @param {number} tab
 */
async function isActive(tab) {
  try {
    return (await chrome.tabs.get(tab)).active;
  } catch {
    return false;
  }
}
