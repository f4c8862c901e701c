// Every key that the extension keeps in the browser's storage.
//
// `local` is on the disk, in the browser's profile. `session` is in memory: it outlives the background script, which the
// browser stops when it likes, and ends with the browser.

/** @typedef {"local" | "session"} Area */
/** @typedef {Record<string, unknown>} Stored What an area holds, by key. */

/**
 * One key.
 * @template Value
 */
class Item {
  #area;
  #key;
  #fallback;

  /**
   * @param {Area} area
   * @param {string} key
   * @param {Value} fallback The value if nothing is stored.
   */
  constructor(area, key, fallback) {
    this.#area = area;
    this.#key = key;
    this.#fallback = fallback;
  }

  /**
   * @returns {Promise<Value>}
   */
  async get() {
    return this.in(await chrome.storage[this.#area].get(this.#key));
  }

  /**
   * The value in all that an area holds.
   * @param {Stored} stored
   */
  in(stored) {
    return /** @type {Value} */ (stored[this.#key] ?? this.#fallback);
  }

  /**
   * @param {Value} value
   */
  async set(value) {
    await chrome.storage[this.#area].set({ [this.#key]: value });
  }

  async remove() {
    await chrome.storage[this.#area].remove(this.#key);
  }

  /**
   * @param {() => void} listener
   */
  onChanged(listener) {
    chrome.storage[this.#area].onChanged.addListener((changes) => {
      if (this.#key in changes) listener();
    });
  }
}

/**
 * One key whose fields are set one by one.
 * @template {object} Fields
 */
class Settings {
  /** @type {Item<Partial<Fields>>} */
  #item;
  /** @type {Promise<void>} */
  #saved = Promise.resolve();

  /**
   * @param {Area} area
   * @param {string} key
   */
  constructor(area, key) {
    this.#item = new Item(area, key, {});
  }

  /** The fields that were set. */
  get() {
    return this.#item.get();
  }

  /**
   * One change at a time, so that none undoes another.
   * @param {Partial<Fields>} fields
   */
  change(fields) {
    const change = async () => this.#item.set({ ...(await this.#item.get()), ...fields });
    // One that failed, which its caller heard of, does not stop the next.
    this.#saved = this.#saved.then(change, change);
    return this.#saved;
  }

  /**
   * @param {() => void} listener
   */
  onChanged(listener) {
    this.#item.onChanged(listener);
  }
}

/**
 * A key for each entry: what is stored is copied whole.
 * @template {{id: string, order: number}} Entry
 */
class Entries {
  #area;
  #prefix;

  /**
   * @param {Area} area
   * @param {string} prefix
   */
  constructor(area, prefix) {
    this.#area = area;
    this.#prefix = prefix;
  }

  async get() {
    return this.in(await chrome.storage[this.#area].get());
  }

  /**
   * The entries in all that an area holds, the oldest first.
   * @param {Stored} stored
   */
  in(stored) {
    return Object.entries(stored)
      .filter(([key]) => key.startsWith(this.#prefix))
      .map(([, entry]) => /** @type {Entry} */ (entry))
      // A damaged store may give anything.
      .filter((entry) => typeof entry?.id === "string" && typeof entry.order === "number")
      .sort((a, b) => a.order - b.order);
  }

  /**
   * @param {Entry} entry
   */
  async set(entry) {
    await chrome.storage[this.#area].set({ [this.#prefix + entry.id]: entry });
  }

  /**
   * @param {string} id
   */
  async remove(id) {
    await chrome.storage[this.#area].remove(this.#prefix + id);
  }
}

/**
 * @template Value
 * @param {Area} area
 * @param {string} key
 * @returns {Item<Value | undefined>}
 */
function optional(area, key) {
  return new Item(area, key, undefined);
}

/**
 * @template Value
 * @param {Area} area
 * @param {string} key
 * @param {Value} fallback
 * @returns {Item<Value>}
 */
function item(area, key, fallback) {
  return new Item(area, key, fallback);
}

/** The random name of this browser profile. @type {Item<string | undefined>} */
export const profile = optional("local", "profile");

/**
 * What the user lets the extension read.
 * @type {Settings<import("./capture-settings.js").CaptureSettings>}
 */
export const captureSettings = new Settings("local", "capture-settings");

/**
 * Which token requests of programs are accepted.
 * @type {Settings<import("./on-demand/settings.js").OnDemandSettings>}
 */
export const onDemandSettings = new Settings("local", "on-demand-settings");

/**
 * When the extension was installed, and whether its first-run page is still to be opened.
 * @type {Settings<{installedAt: number, isDue: boolean}>}
 */
export const firstRun = new Settings("local", "first-run");

/**
 * What the user chose on the first-run page: where tokens are to go, and to decide later what programs may do.
 * @type {Settings<{place: string, decideLater: boolean}>}
 */
export const welcomeChoices = new Settings("local", "welcome-choices");

/** What the user is notified of. @type {Settings<import("./notice-settings.js").NoticeSettings>} */
export const noticeSettings = new Settings("local", "notice-settings");

/** What the user chose for the last download. @type {Settings<import("./download/choices.js").Choices>} */
export const downloadChoices = new Settings("local", "download-choices");

/** What the user chose in the popup. @type {Settings<{form: string}>} */
export const popupChoices = new Settings("local", "popup-choices");

/** Whether the host is connected. @type {Item<import("./host-port.js").HostState>} */
export const host = item("session", "host", { kind: "connecting" });

/** The host's last `status`. @type {Item<import("../types/messages.js").Status | undefined>} */
export const status = optional("session", "status");

/** What was seen and is no token. @type {Item<import("../types/messages.js").Counters | undefined>} */
export const counters = optional("session", "counters");

/** What is wrong with the extension itself. @type {Item<import("./problems.js").ExtensionProblem[]>} */
export const problems = item("session", "problems", []);

/** Whether an update of the extension waits to be put in. @type {Item<boolean>} */
export const updateWaits = item("session", "update-waits", false);

/** The faults that the user was told of, while they last. @type {Item<string[]>} */
export const toldFaults = item("session", "told-faults", []);

/** Whether the host was connected since the browser was started. @type {Item<boolean>} */
export const hostWasThere = item("session", "host-was-there", false);

/** The tabs whose button in the toolbar has a look of its own. @type {Item<number[]>} */
export const expiredTabs = item("session", "expired-tabs", []);

/** What was read from the player's requests. @type {Entries<import("./journal.js").Entry>} */
export const journalEntries = new Entries("session", "journal/");

/** The titles of videos whose pages were shown, by their ids, the oldest first. @type {Item<Record<string, string>>} */
export const videoTitles = item("session", "video-titles", {});

/** The downloads as the host last listed them. @type {Item<import("./download/list.js").Shown | null>} */
export const downloads = item("session", "downloads", null);

/**
 * The browser session of each download.
 * @type {Item<Record<string, import("./download/session.js").DownloadSession>>}
 */
export const downloadSessions = item("session", "download-sessions", {});

/** The last token requests, the newest first. @type {Item<import("./on-demand/history.js").Row[]>} */
export const tokenRequests = item("session", "token-requests", []);

/**
 * Whether the user was asked if programs may have videos opened.
 * @type {Item<import("./on-demand/question.js").Question | undefined>}
 */
export const consentQuestion = optional("session", "consent-question");

/** When videos were opened for token requests, the oldest first. @type {Item<number[]>} */
export const videosOpenedAt = item("session", "videos-opened-at", []);

/** The tabs and windows that token requests opened. @type {Item<import("./on-demand/opened-tab.js").OpenedTab[]>} */
export const openedTabs = item("session", "opened-tabs", []);

/** When hidden tabs last brought no token and a window did. @type {Item<number | undefined>} */
export const hiddenTabsFailedAt = optional("session", "hidden-tabs-failed-at");

/** Whether a small window has come to the front. It does so once. @type {Item<boolean>} */
export const windowRaised = item("session", "window-raised", false);

/** All that is kept in memory. */
export function readSession() {
  return /** @type {Promise<Stored>} */ (chrome.storage.session.get());
}

/**
 * @param {() => void} listener
 */
export function onSessionChanged(listener) {
  chrome.storage.session.onChanged.addListener(listener);
}
