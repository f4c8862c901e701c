// The tabs and windows that token requests opened, and those that are kept for the next video. They are noted in the
// browser's memory, so that the next background script finds them.

import { isFirefox } from "../browser-family.js";
import { openedTabs } from "../storage.js";
import { closeOpened, isActive, isUsable, mayStay } from "./opened-tab.js";
import { mayRaise } from "./raising.js";
import { load } from "./tab-load.js";
import { moveToNormalWindow, openActiveTab, openTab } from "./tab.js";
import { pageHidden } from "./token-request-error.js";
import { Turn } from "./turn.js";
import { bringToFront, openShownTab, openSmallWindow } from "./window.js";

/** @typedef {import("./opened-tab.js").OpenedTab} OpenedTab */

/** Wakes this script, should the browser stop it while something is open that is not to stay. */
const ALARM = "opened-tabs";
/** How long a tab waits for the next video, if it cannot stay. */
const PARKED_MS = 30_000;
/** What a parked tab shows. It says what the tab is for, and closes it if it is for nothing any more. */
const PARKED_PAGE = "on-demand/parked.html";
/** What an active tab shows meanwhile. */
const BLANK = "about:blank";

export class OpenedTabs {
  /** @type {Map<number, OpenedTab>} By tab. */
  #open = new Map();
  /**
   * By container. `loaded`: when it shows what a parked tab shows.
   * @type {Map<string, {opened: OpenedTab, timer?: ReturnType<typeof setTimeout>, loaded: Promise<void>}>}
   */
  #parked = new Map();
  /** Whether a tab may be parked. */
  #mayPark = true;
  /** Whose turn it is to have a small window. */
  #turn = new Turn();
  /** @type {{opened: OpenedTab, settle?: () => void, lower?: () => Promise<void>, endTurn: () => void} | undefined} */
  #small;
  /** @type {(() => void)[]} Who waits until a tab is done with. */
  #onDone = [];
  /** @type {Promise<unknown>} Settled when what an earlier run of this script left open is taken up or closed. */
  #recovered;
  #onClosed;

  /**
   * @param {(tab: number) => void} onClosed Hears of a tab that somebody else closed.
   */
  constructor(onClosed) {
    this.#onClosed = onClosed;
    this.#recovered = this.#recover();
    chrome.tabs.onRemoved.addListener((tab) => this.#lose(tab));
    // Chromium gives a tab another id when it discards its page.
    chrome.tabs.onReplaced?.addListener((added, removed) => this.#replace(added, removed));
  }

  /**
   * Opens an address, muted, and without the focus. Gives nothing if there is no tab of this kind to open it in.
   * @param {import("./open-methods.js").OpenMethod} method
   * @param {string} url
   * @param {string | undefined} container
   * @param {() => boolean} isWanted Whether it is still to be opened, if its turn comes later.
   * @returns {Promise<OpenedTab | undefined>}
   */
  async open(method, url, container, isWanted) {
    await this.#recovered;
    this.#mayPark = true;
    if (method === "window") return this.#openWindow(url, container, isWanted);
    if (method === "tab") return this.#note({ tab: await openTab(url, container), container });
    const parked = this.#parkedIn(container);
    const reused = parked?.window === undefined && (await this.#reuse(parked, url));
    if (reused || method === "parked") return reused || undefined;
    return this.#note({ tab: await openActiveTab(url, container), container, isActive: true });
  }

  /**
   * Opens an address again in a tab that does not show it.
   * @param {OpenedTab} opened
   * @param {string} url
   */
  async openAgain(opened, url) {
    await update(opened, { url });
  }

  /**
   * Brings a tab to the front of its window, in a browser that nobody looks at.
   * @param {OpenedTab} opened
   */
  async show(opened) {
    await update(opened, {});
  }

  /**
   * Closes it. A tab that the user has turned to is the user's, and stays.
   * @param {OpenedTab} opened
   * @param {boolean} park Whether it may be kept for the next video.
   */
  async close(opened, park) {
    try {
      await this.lower(opened);
      if (!this.#open.has(opened.tab)) return;
      if ((opened.isActive || (park && this.#mayPark)) && (await this.#park(opened))) return;
      this.#open.delete(opened.tab);
      await closeOpened(opened);
      await this.#save();
    } finally {
      this.#endTurn(opened);
      this.#tellDone();
    }
  }

  /**
   * Brings the small window of a tab to the front.
   * @param {OpenedTab} opened
   */
  async raise(opened) {
    const small = this.#small;
    if (small?.opened !== opened || opened.window === undefined) return;
    small.settle?.();
    small.lower = await bringToFront(opened.window);
  }

  /**
   * Gives the focus back that `raise` took.
   * @param {OpenedTab} opened
   */
  async lower(opened) {
    if (this.#small?.opened !== opened) return;
    const { lower } = this.#small;
    this.#small.lower = undefined;
    await lower?.();
  }

  /** Whether a tab is open that is not to stay. */
  get hasOpen() {
    return [...this.#open.values()].some((opened) => !opened.isParked || !mayStay(opened));
  }

  /** Closes what is parked, and parks nothing until the next video is opened. */
  closeParked() {
    this.#mayPark = false;
    void this.#recovered.then(() => {
      for (const { opened } of this.#mayPark ? [] : [...this.#parked.values()]) {
        if (opened.isActive) continue;
        this.#unpark(opened);
        void this.close(opened, false);
      }
    });
  }

  /**
   * Opens a small window, or one that is open already. There is one at a time: who comes meanwhile waits for its tab.
   * @param {string} url
   * @param {string | undefined} container
   * @param {() => boolean} isWanted
   */
  async #openWindow(url, container, isWanted) {
    const endTurn = await this.#turn.take();
    try {
      if (isFirefox()) await this.#whenShownTabIsFree(container);
      const parked = this.#parkedIn(container);
      const wasShown = parked?.window !== undefined || parked?.hasPlayed;
      const reused = isWanted() && wasShown ? await this.#reuse(parked, url) : undefined;
      if (!isWanted() || (reused && reused.window === undefined)) {
        endTurn();
        return reused;
      }
      if (reused) {
        this.#small = { opened: reused, endTurn };
        return reused;
      }
      if (isFirefox()) {
        const may = await mayRaise();
        if (may !== "yes") throw pageHidden(may);
        const shown = await this.#note({ tab: await openShownTab(url, container), container, hasPlayed: true });
        endTurn();
        return shown;
      }
      const { tab, window, settle } = await openSmallWindow(url, container);
      const opened = await this.#note({ tab, window, container });
      this.#small = { opened, settle, endTurn };
      return opened;
    } catch (error) {
      endTurn();
      throw error;
    }
  }

  /**
   * Waits while another video is open in a tab of this container that plays in the background.
   * @param {string | undefined} container
   */
  async #whenShownTabIsFree(container) {
    const isInUse = () =>
      [...this.#open.values()].some(
        (opened) => opened.hasPlayed && !opened.isParked && opened.container === container,
      );
    while (isInUse()) await new Promise((/** @type {(value?: undefined) => void} */ resolve) => this.#onDone.push(resolve));
  }

  #tellDone() {
    for (const tell of this.#onDone.splice(0)) tell();
  }

  /**
   * The small window of a tab is done with.
   * @param {OpenedTab} opened
   */
  #endTurn(opened) {
    if (this.#small?.opened !== opened) return;
    const { endTurn } = this.#small;
    this.#small = undefined;
    endTurn();
  }

  /**
   * @param {OpenedTab} opened
   */
  async #note(opened) {
    this.#open.set(opened.tab, opened);
    await this.#save();
    return opened;
  }

  /**
   * Whether it was parked. One that has played moves into the user's window, and stays there.
   * @param {OpenedTab} opened
   */
  async #park(opened) {
    if (opened.window === undefined && !opened.isActive && (await isActive(opened.tab))) return false;
    if (opened.window !== undefined && opened.hasPlayed) {
      await moveToNormalWindow(opened.tab)
        .then(() => (opened.window = undefined))
        .catch(() => {});
    }
    const other = this.#parkedIn(opened.container);
    if (other && (mayStay(other) || !mayStay(opened))) return false;
    if (other) {
      this.#unpark(other);
      await this.close(other, false);
    }
    // Meanwhile nobody may ask any more.
    if (!opened.isActive && !this.#mayPark) return false;
    await this.#keep(opened);
    return true;
  }

  /**
   * @param {OpenedTab} opened
   */
  async #keep(opened) {
    opened.isParked = true;
    const timer = mayStay(opened) ? undefined : setTimeout(() => this.#expire(opened), PARKED_MS);
    const loaded = load(opened.tab, opened.isActive ? BLANK : chrome.runtime.getURL(PARKED_PAGE));
    this.#parked.set(opened.container ?? "", { opened, timer, loaded });
    await this.#save();
    await loaded;
  }

  /**
   * @param {OpenedTab} opened
   */
  #expire(opened) {
    this.#unpark(opened);
    void this.close(opened, false);
  }

  /**
   * @param {string | undefined} container
   */
  #parkedIn(container) {
    return this.#parked.get(container ?? "")?.opened;
  }

  /**
   * @param {OpenedTab} opened
   */
  #unpark(opened) {
    const { container = "" } = opened;
    if (this.#parkedIn(container) !== opened) return;
    clearTimeout(this.#parked.get(container)?.timer);
    this.#parked.delete(container);
    opened.isParked = false;
  }

  /**
   * Opens an address in a parked tab. One that the user looks at, or whose page the browser has discarded, is left.
   * @param {OpenedTab | undefined} parked
   * @param {string} url
   */
  async #reuse(parked, url) {
    if (!parked) return undefined;
    const loaded = this.#parked.get(parked.container ?? "")?.loaded;
    this.#unpark(parked);
    // The page that is to be left would replace the one that is to come.
    await loaded;
    if (!(await isUsable(parked))) {
      await this.close(parked, false);
      return undefined;
    }
    await update(parked, { url, muted: true });
    return parked;
  }

  /**
   * Somebody closed a tab.
   * @param {number} tab
   */
  #lose(tab) {
    const opened = this.#open.get(tab);
    if (!opened) return;
    this.#open.delete(tab);
    const wasParked = opened.isParked;
    this.#unpark(opened);
    this.#endTurn(opened);
    this.#tellDone();
    void this.#save();
    if (!wasParked) this.#onClosed(tab);
  }

  /**
   * @param {number} added
   * @param {number} removed
   */
  #replace(added, removed) {
    const opened = this.#open.get(removed);
    if (!opened) return;
    this.#open.delete(removed);
    opened.tab = added;
    void this.#note(opened);
  }

  /** Parks the tabs that an earlier run of this script left open and that may stay, and closes the others. */
  async #recover() {
    for (const opened of await openedTabs.get()) {
      if (mayStay(opened) && (await isUsable(opened))) {
        this.#open.set(opened.tab, opened);
        await this.#keep(opened);
      } else {
        await closeOpened(opened);
      }
    }
    await this.#save();
  }

  async #save() {
    await openedTabs.set([...this.#open.values()]);
    if (this.hasOpen) await chrome.alarms.create(ALARM, { periodInMinutes: 1 });
    else await chrome.alarms.clear(ALARM);
  }
}

/**
 * Changes a tab. In a browser that nobody looks at it comes to the front.
 * @param {OpenedTab} opened
 * @param {chrome.tabs.UpdateProperties} change
 */
async function update({ tab, isActive }, change) {
  try {
    await chrome.tabs.update(tab, isActive ? { ...change, active: true } : change);
  } catch {
    // Somebody closed it, and `onRemoved` says so.
  }
}
