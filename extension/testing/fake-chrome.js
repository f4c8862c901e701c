// Fakes of the browser's API for the unit tests (`*.test.js` beside the files that they test).

import { readFileSync } from "node:fs";

/** An event whose listeners a test calls with `emit`. */
export class FakeEvent {
  /** @type {Map<(...args: any[]) => unknown, unknown>} Each listener with its filter. */
  listeners = new Map();

  /**
   * @param {(...args: any[]) => unknown} listener
   * @param {unknown} [filter]
   */
  addListener(listener, filter) {
    this.listeners.set(listener, filter);
  }

  /**
   * @param {(...args: any[]) => unknown} listener
   */
  removeListener(listener) {
    this.listeners.delete(listener);
  }

  /**
   * @param {(...args: any[]) => unknown} listener
   */
  hasListener(listener) {
    return this.listeners.has(listener);
  }

  /**
   * @param {unknown[]} args
   */
  emit(...args) {
    return [...this.listeners.keys()].map((listener) => listener(...args));
  }
}

/** One of `chrome.storage`'s areas. As in a browser, what is stored is a copy. */
export class FakeStorageArea {
  onChanged = new FakeEvent();
  /** @type {Record<string, unknown>} */
  stored = {};
  /** Whether each call fails, as Firefox's do if the file of the storage is damaged. */
  fails = false;

  /**
   * @param {string} [key]
   */
  async get(key) {
    this.#check();
    if (key === undefined) return structuredClone(this.stored);
    return key in this.stored ? { [key]: structuredClone(this.stored[key]) } : {};
  }

  /**
   * @param {Record<string, unknown>} items
   */
  async set(items) {
    this.#check();
    // Browsers drop fields that are undefined.
    Object.assign(this.stored, JSON.parse(JSON.stringify(items)));
    const changes = Object.keys(items).map((key) => [key, { newValue: structuredClone(this.stored[key]) }]);
    this.onChanged.emit(Object.fromEntries(changes));
  }

  /**
   * @param {string} key
   */
  async remove(key) {
    this.#check();
    delete this.stored[key];
    this.onChanged.emit({ [key]: {} });
  }

  #check() {
    if (this.fails) throw new Error("An unexpected error occurred");
  }
}

/**
 * @typedef {{
 *   id: number, url: string, active: boolean, muted: boolean, windowId: number, cookieStoreId?: string,
 *   discarded?: boolean,
 * }} FakeTab
 */
/** @typedef {{id: number, type: string, incognito: boolean, focused: boolean, [more: string]: unknown}} FakeWindow */

/** Tabs and windows. At first there is one normal window with one tab. */
export class FakeTabs {
  onRemoved = new FakeEvent();
  onReplaced = new FakeEvent();
  onUpdated = new FakeEvent();
  /** Whether a tab shows an address as soon as it is told to. */
  loadsAtOnce = true;
  onFocusChanged = new FakeEvent();
  /** @type {FakeWindow[]} */
  windows = [{ id: 1, type: "normal", incognito: false, focused: true }];
  /** @type {FakeTab[]} */
  tabs = [{ id: 1, url: "https://example.org/", active: true, muted: false, windowId: 1 }];
  #last = 1;

  /** `chrome.tabs`. */
  get tabsApi() {
    return {
      onRemoved: this.onRemoved,
      onReplaced: this.onReplaced,
      onUpdated: this.onUpdated,
      create: async (/** @type {Partial<FakeTab>} */ properties) => {
        const tab = { id: ++this.#last, url: "", active: true, muted: false, windowId: 1, ...properties };
        this.tabs.push(tab);
        return { ...tab };
      },
      get: async (/** @type {number} */ id) => ({ ...this.tab(id) }),
      update: async (/** @type {number} */ id, /** @type {Partial<FakeTab>} */ change) => {
        Object.assign(this.tab(id), change);
        if (change.url === undefined || !this.loadsAtOnce) return;
        for (const status of ["loading", "complete"]) this.onUpdated.emit(id, { status });
      },
      remove: async (/** @type {number} */ id) => this.close(id),
      move: async (/** @type {number} */ id, /** @type {{windowId: number}} */ { windowId }) => {
        this.window(windowId);
        const tab = this.tab(id);
        const { windowId: from } = tab;
        Object.assign(tab, { windowId, active: false });
        // A window without a tab is closed.
        if (!this.tabs.some((other) => other.windowId === from)) {
          this.windows.splice(this.windows.indexOf(this.window(from)), 1);
        }
      },
    };
  }

  /** `chrome.windows`. */
  get windowsApi() {
    return {
      WINDOW_ID_NONE: -1,
      onFocusChanged: this.onFocusChanged,
      getAll: async (/** @type {{windowTypes?: string[]}} */ { windowTypes } = {}) =>
        this.windows.filter(({ type }) => windowTypes?.includes(type) ?? true).map((window) => ({ ...window })),
      get: async (/** @type {number} */ id) => ({ ...this.window(id) }),
      getCurrent: async () => ({ ...this.windows[0] }),
      create: async (/** @type {Record<string, unknown>} */ { url, cookieStoreId, ...how }) => {
        const id = ++this.#last;
        this.windows.push({ id, type: "normal", incognito: false, focused: true, ...how });
        const tab = await this.tabsApi.create(/** @type {Partial<FakeTab>} */ ({ url, cookieStoreId, windowId: id }));
        return { id, tabs: [tab] };
      },
      update: async (/** @type {number} */ id, /** @type {Partial<FakeWindow>} */ change) => {
        if (change.focused) for (const window of this.windows) window.focused = false;
        Object.assign(this.window(id), change);
      },
      remove: async (/** @type {number} */ id) => {
        this.windows.splice(this.windows.indexOf(this.window(id)), 1);
        for (const tab of this.tabs.filter(({ windowId }) => windowId === id)) this.close(tab.id);
      },
    };
  }

  /**
   * @param {number} id
   */
  tab(id) {
    const found = this.tabs.find((tab) => tab.id === id);
    if (!found) throw new Error(`No tab with id: ${id}.`);
    return found;
  }

  /**
   * @param {number} id
   */
  window(id) {
    const found = this.windows.find((window) => window.id === id);
    if (!found) throw new Error(`No window with id: ${id}.`);
    return found;
  }

  /**
   * The browser takes a tab's page out of its memory, as Chromium does it: the tab has another id then.
   * @param {number} id
   */
  discard(id) {
    const tab = this.tab(id);
    Object.assign(tab, { id: ++this.#last, discarded: true });
    this.onReplaced.emit(tab.id, id);
    return tab.id;
  }

  /**
   * @param {number} id
   */
  close(id) {
    this.tabs.splice(this.tabs.indexOf(this.tab(id)), 1);
    this.onRemoved.emit(id, {});
  }
}

/** What the button in the toolbar says, and under each tab what it says there. */
export class FakeAction {
  badge = "";
  title = "";
  color = "";
  icon = "";
  /** @type {Map<number, {badge: string, title: string, color: string, icon: string}>} */
  tabs = new Map();

  /**
   * @param {{tabId?: number, text?: string}} badge
   */
  async setBadgeText({ tabId, text = "" }) {
    this.#at(tabId).badge = text;
  }

  /**
   * @param {{tabId?: number, title: string}} title
   */
  async setTitle({ tabId, title }) {
    this.#at(tabId).title = title;
  }

  /**
   * @param {{tabId?: number, color: string}} color
   */
  async setBadgeBackgroundColor({ tabId, color }) {
    this.#at(tabId).color = color;
  }

  async setBadgeTextColor() {}

  /**
   * @param {{tabId?: number, path: Record<number, string>}} icon
   */
  async setIcon({ tabId, path }) {
    this.#at(tabId).icon = path[16];
  }

  /**
   * @param {number | undefined} tab
   */
  #at(tab) {
    if (tab === undefined) return this;
    const look = this.tabs.get(tab) ?? { badge: "", title: "", color: "", icon: "" };
    this.tabs.set(tab, look);
    return look;
  }
}

/** The notifications that are shown. */
export class FakeNotifications {
  onClicked = new FakeEvent();
  /** @type {Map<string, {title: string, message: string}>} */
  shown = new Map();
  /** @type {string[]} The names of all that were made. */
  made = [];

  /**
   * @param {string} id
   * @param {{title: string, message: string}} options
   */
  async create(id, options) {
    this.made.push(id);
    this.shown.set(id, options);
  }

  /**
   * @param {string} id
   */
  async clear(id) {
    this.shown.delete(id);
  }
}

/** The names of the alarms that are set. */
export class FakeAlarms {
  /** @type {Set<string>} */
  names = new Set();

  /**
   * @param {string} name
   */
  async create(name) {
    this.names.add(name);
  }

  /**
   * @param {string} name
   */
  async clear(name) {
    this.names.delete(name);
  }
}

const manifest = JSON.parse(readFileSync(new URL("../web/manifest.json", import.meta.url), "utf8"));

/** The English texts of the extension and of its features. */
export const texts = Object.assign(
  {},
  ...["_locales", "download/_locales"].map((folder) =>
    JSON.parse(readFileSync(new URL(`../web/${folder}/en/messages.json`, import.meta.url), "utf8")),
  ),
);

/**
 * As the browser does it: a text that is missing is empty.
 * @param {string} key
 * @param {string[]} [values]
 */
export function getText(key, values = []) {
  const { message, placeholders = {} } = texts[key] ?? { message: "" };
  return message.replace(/\$(\w+)\$/g, (/** @type {string} */ _, /** @type {string} */ name) => {
    const { content } = placeholders[name.toLowerCase()];
    return values[Number(content.slice(1)) - 1] ?? "";
  });
}

/** `chrome.webRequest.ResourceType`: as Chromium has it, and some of Firefox's. */
const resourceTypes = Object.fromEntries(
  ["main_frame", "sub_frame", "object", "xmlhttprequest", "ping", "beacon", "image", "media", "script", "other"].map(
    (type) => [type.toUpperCase(), type],
  ),
);

/**
 * Gives the code under test a browser: storage, texts, tabs and alarms, and what else the test needs.
 * @param {Record<string, unknown>} [more]
 */
export function installChrome(more = {}) {
  const tabs = new FakeTabs();
  const chrome = {
    storage: { local: new FakeStorageArea(), session: new FakeStorageArea() },
    i18n: { getMessage: getText, getUILanguage: () => "en-US" },
    runtime: {
      id: "abcdef",
      onStartup: new FakeEvent(),
      getURL: (/** @type {string} */ path) => `chrome-extension://abcdef/${path}`,
      getManifest: () => structuredClone(manifest),
    },
    tabs: tabs.tabsApi,
    windows: tabs.windowsApi,
    action: new FakeAction(),
    alarms: new FakeAlarms(),
    notifications: new FakeNotifications(),
    webRequest: {
      onBeforeRequest: new FakeEvent(),
      onResponseStarted: new FakeEvent(),
      onErrorOccurred: new FakeEvent(),
      ResourceType: resourceTypes,
    },
    // There is no page in a tab.
    scripting: { executeScript: async () => [] },
    ...more,
  };
  Object.assign(globalThis, { chrome });
  return { ...chrome, fakeTabs: tabs };
}

/**
 * As `installChrome`, and the browser is Firefox.
 * @param {Record<string, unknown>} [more]
 */
export function installFirefox(more = {}) {
  const installed = installChrome(more);
  installed.runtime.getURL = (path) => `moz-extension://abcdef/${path}`;
  return installed;
}

/** Lets everything go on that waits for nothing but other code. */
export async function settle() {
  for (let round = 0; round < 50; round += 1) await null;
}
