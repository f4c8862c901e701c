// The tabs and windows that token requests opened. They are kept in the browser's memory, so that this script closes
// those that it left open when the browser stopped it.

import { openedTabs } from "../storage.js";
import { openTab } from "./tab.js";
import { openUnfocusedWindow } from "./window.js";

/** @typedef {{tab: number, window?: number, container?: string}} OpenedTab `window` if the tab has a window of its own. */

/** Wakes this script, should the browser stop it while something is open. */
const ALARM = "opened-tabs";
/** How long a parked tab waits for the next video. */
const PARKED_MS = 30_000;
/** What a parked tab shows. Nothing plays there, and it costs next to nothing. */
const BLANK = "about:blank";

export class OpenedTabs {
  /** @type {Map<number, OpenedTab>} By tab. */
  #open = new Map();
  /** @type {Map<string, {opened: OpenedTab, timer: ReturnType<typeof setTimeout>}>} By container. */
  #parked = new Map();
  /** @type {Promise<unknown>} What an earlier run of this script left open is closed. */
  #leftoversClosed;

  /**
   * @param {(tab: number) => void} onClosed Hears of a tab that somebody else closed.
   */
  constructor(onClosed) {
    this.#leftoversClosed = closeLeftovers();
    chrome.tabs.onRemoved.addListener((tab) => {
      if (!this.#open.delete(tab)) return;
      for (const { opened } of [...this.#parked.values()]) if (opened.tab === tab) this.#unpark(opened.container);
      void this.#save();
      onClosed(tab);
    });
  }

  /**
   * Opens an address, muted, and without the focus. Gives nothing if there is no parked tab to open it in.
   * @param {import("./open-methods.js").OpenMethod} method
   * @param {string} url
   * @param {string | undefined} container
   * @returns {Promise<OpenedTab | undefined>}
   */
  async open(method, url, container) {
    await this.#leftoversClosed;
    if (method === "parked") return this.#reuse(url, container);
    const place =
      method === "tab"
        ? { tab: await openTab(url, container) }
        : await openUnfocusedWindow(url, container, () => this.#windows);
    const opened = { ...place, container };
    this.#open.set(opened.tab, opened);
    await this.#save();
    return opened;
  }

  /**
   * Closes it. A tab that the user has turned to is the user's, and stays.
   * @param {OpenedTab} opened
   * @param {boolean} park Whether it may be kept for the next video.
   */
  async close(opened, park) {
    if (!this.#open.has(opened.tab)) return;
    if (park && opened.window === undefined && (await this.#park(opened))) return;
    this.#open.delete(opened.tab);
    await close(opened);
    await this.#save();
  }

  /** Whether a tab or a window is open, also one that is parked. */
  get hasOpen() {
    return this.#open.size > 0;
  }

  get #windows() {
    return [...this.#open.values()].filter(({ window }) => window !== undefined).length;
  }

  /** Closes what is parked. */
  closeParked() {
    for (const { opened } of [...this.#parked.values()]) {
      this.#unpark(opened.container);
      void this.close(opened, false);
    }
  }

  /**
   * @param {OpenedTab} opened
   */
  async #park(opened) {
    const { tab, container = "" } = opened;
    if (this.#parked.has(container) || (await isActive(tab)) || this.#parked.has(container)) return false;
    const timer = setTimeout(() => {
      this.#unpark(container);
      void this.close(opened, false);
    }, PARKED_MS);
    this.#parked.set(container, { opened, timer });
    try {
      await chrome.tabs.update(tab, { url: BLANK });
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
    const { opened } = this.#parked.get(container ?? "") ?? {};
    if (!opened) return undefined;
    this.#unpark(container);
    if (await isActive(opened.tab)) {
      await this.close(opened, false);
      return undefined;
    }
    await chrome.tabs.update(opened.tab, { url, muted: true });
    return opened;
  }

  async #save() {
    await openedTabs.set([...this.#open.values()]);
    if (this.#open.size > 0) await chrome.alarms.create(ALARM, { periodInMinutes: 1 });
    else await chrome.alarms.clear(ALARM);
  }
}

/** Closes what an earlier run of this script left open. */
async function closeLeftovers() {
  const left = await openedTabs.get();
  await Promise.all(left.map(close));
  await openedTabs.remove();
  await chrome.alarms.clear(ALARM);
}

/**
 * @param {OpenedTab} opened
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
