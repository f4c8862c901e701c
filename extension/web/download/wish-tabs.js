// The tabs that were opened for wishes. Which they are is kept in the browser's memory, so that this script closes what
// it left open when the browser stopped it.

import { COOKIES } from "./permission.js";
import { say } from "../popup/words.js";

const KEY = "wish-tabs";

export class WishTabs {
  /** @type {Set<number>} */
  #open = new Set();
  /** @type {Promise<unknown>} What was left open is being closed. */
  #swept;

  /**
   * @param {(tab: number) => void} onClosed Hears of a tab that somebody else closed.
   */
  constructor(onClosed) {
    this.#swept = sweep();
    chrome.tabs.onRemoved.addListener((tab) => {
      if (!this.#open.delete(tab)) return;
      void this.#keep();
      onClosed(tab);
    });
  }

  /**
   * Opens an address where nobody looks and listens.
   * @param {string} url
   * @param {string | undefined} container Firefox opens one only where cookies are permitted.
   */
  async open(url, container) {
    await this.#swept;
    if (container !== undefined && !(await chrome.permissions.contains(COOKIES))) {
      throw new Error(say("wish_no_container"));
    }
    const where = container === undefined ? {} : { cookieStoreId: container, windowId: await windowFor(container) };
    const { id } = await chrome.tabs.create({ url, active: false, ...where });
    if (id === undefined) throw new Error(url);
    this.#open.add(id);
    await this.#keep();
    await chrome.tabs.update(id, { muted: true });
    return id;
  }

  /**
   * Closes a tab, unless somebody has turned to it: then it is theirs.
   * @param {number} id
   */
  async close(id) {
    if (!this.#open.delete(id)) return;
    await close(id);
    await this.#keep();
  }

  async #keep() {
    await chrome.storage.session.set({ [KEY]: [...this.#open] });
  }
}

/** Closes what an earlier run of this script left open. */
async function sweep() {
  const stored = await chrome.storage.session.get(KEY);
  const left = /** @type {number[] | undefined} */ (stored[KEY]) ?? [];
  await Promise.all(left.map(close));
  await chrome.storage.session.remove(KEY);
}

/**
 * @param {number} id
 */
async function close(id) {
  try {
    const { active } = await chrome.tabs.get(id);
    if (active) await chrome.tabs.update(id, { muted: false });
    else await chrome.tabs.remove(id);
  } catch {
    // Somebody closed it.
  }
}

/**
 * A private tab goes to a private window, another one to the browser's own choice.
 * @param {string} container
 */
async function windowFor(container) {
  if (container !== "firefox-private") return undefined;
  const windows = await chrome.windows.getAll({ windowTypes: ["normal"] });
  const found = windows.find(({ incognito }) => incognito);
  if (!found) throw new Error(say("wish_no_private"));
  return found.id;
}
