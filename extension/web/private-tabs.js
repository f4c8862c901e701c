// Which requests come from private windows, and when the last private window is closed.
//
// Firefox says of each request whether it is private. Chromium says it only of tabs. What is not known counts as private:
// a token of a private window must not be taken for one of the profile's own.

/**
 * @typedef {{tabId: number, incognito?: boolean}} Request `incognito` is there only in Firefox.
 */

/** For so long a closed tab's requests may still be read: they wait until this script has loaded. Milliseconds. */
const CLOSED_MS = 60_000;

/** The most closed tabs that are remembered. */
const MAX_CLOSED = 100;

export class PrivateTabs {
  /** @type {Map<number, boolean>} Whether a tab is private. */
  #tabs = new Map();
  /** @type {Map<number, {incognito: boolean, closedAt: number}>} The tabs that were closed lately, the earliest first. */
  #closed = new Map();
  /** @type {Set<number>} */
  #windows = new Set();
  /** @type {Promise<void> | undefined} Undefined once the open windows are known. */
  #loading;
  #onLastClosed;

  /**
   * @param {() => void} onLastClosed Hears that no private window is open any more. Also at the start if none is open,
   *   since the last one may have been closed while this script was stopped.
   */
  constructor(onLastClosed) {
    this.#onLastClosed = onLastClosed;
    chrome.tabs.onCreated.addListener(({ id, incognito }) => {
      if (id !== undefined) this.#tabs.set(id, incognito);
    });
    chrome.tabs.onRemoved.addListener((id) => this.#close(id));
    chrome.windows.onCreated.addListener(({ id, incognito }) => {
      if (incognito && id !== undefined) this.#windows.add(id);
    });
    chrome.windows.onRemoved.addListener((id) => {
      if (this.#windows.delete(id) && this.#windows.size === 0) this.#onLastClosed();
    });
    this.#loading = this.#load();
    this.#loading.catch(() => {});
  }

  /**
   * Whether a request is private. A request without a tab, such as a service worker's, counts as private while a private
   * window is open.
   * @param {Request} request
   * @returns {boolean | Promise<boolean>} At once if it is known.
   */
  isPrivate({ tabId, incognito }) {
    if (incognito !== undefined) return incognito;
    if (tabId >= 0) return this.#tabs.get(tabId) ?? this.#closedLately(tabId) ?? this.#look(tabId);
    const isOneOpen = () => this.#windows.size > 0;
    return this.#loading?.then(isOneOpen, () => true) ?? isOneOpen();
  }

  /**
   * @param {number} id
   */
  #close(id) {
    const incognito = this.#tabs.get(id);
    this.#tabs.delete(id);
    if (incognito === undefined) return;
    const [earliest] = this.#closed.keys();
    if (this.#closed.size >= MAX_CLOSED) this.#closed.delete(earliest);
    this.#closed.set(id, { incognito, closedAt: Date.now() });
  }

  /**
   * @param {number} id
   */
  #closedLately(id) {
    const closed = this.#closed.get(id);
    return closed && Date.now() - closed.closedAt < CLOSED_MS ? closed.incognito : undefined;
  }

  /**
   * @param {number} id
   */
  async #look(id) {
    try {
      const { incognito } = await chrome.tabs.get(id);
      this.#tabs.set(id, incognito);
      return incognito;
    } catch {
      // A tab that is closed, or was never shown to extensions. The open windows may still have been told with it.
      await this.#loading?.catch(() => {});
      return this.#tabs.get(id) ?? this.#closedLately(id) ?? true;
    }
  }

  async #load() {
    for (const { id, incognito, tabs = [] } of await chrome.windows.getAll({ populate: true })) {
      if (incognito && id !== undefined) this.#windows.add(id);
      for (const tab of tabs) if (tab.id !== undefined) this.#tabs.set(tab.id, tab.incognito);
    }
    this.#loading = undefined;
    if (this.#windows.size === 0) this.#onLastClosed();
  }
}
