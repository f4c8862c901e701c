// The requests to the host that it has not answered yet.

import { getMessage } from "../i18n.js";

/** The time that a host may take to start. */
const START_MS = 10_000;

/** @typedef {{resolve: (id: string) => void, reject: (error: Error) => void}} Pending */

export class PendingRequests {
  /** @type {Map<string, Pending>} Downloads to be started, by the message's id. */
  #starts = new Map();
  /** @type {Map<string, (message: string) => void>} By the message's id. The host answers an action only if it fails. */
  #actions = new Map();
  /** @type {(() => void)[]} Who waits for the host. */
  #waitForHost = [];
  #isReady = false;
  #bridge;

  /**
   * @param {Pick<import("../feature.js").Bridge, "post" | "connect">} bridge
   */
  constructor(bridge) {
    this.#bridge = bridge;
  }

  /** Whether a download is being started. */
  get hasStarts() {
    return this.#starts.size > 0 || this.#waitForHost.length > 0;
  }

  /** The host is connected, and knows downloads. */
  hostReady() {
    this.#isReady = true;
    for (const resolve of this.#waitForHost.splice(0)) resolve();
  }

  /** The connection ended, and the host will not answer. */
  hostLost() {
    this.#isReady = false;
    for (const { reject } of this.#starts.values()) reject(new Error(getMessage("download_host_lost")));
    this.#starts.clear();
    this.#actions.clear();
  }

  /** Waits for a host that knows downloads. Throws an error for people if none comes. */
  async host() {
    if (this.#isReady) return;
    this.#bridge.connect();
    await new Promise((resolve, reject) => {
      const isReady = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
      const timer = setTimeout(() => {
        this.#waitForHost = this.#waitForHost.filter((waiting) => waiting !== isReady);
        reject(new Error(getMessage("download_no_host")));
      }, START_MS);
      this.#waitForHost.push(isReady);
    });
  }

  /**
   * Starts a download. Resolves with its id.
   * @param {import("../../types/messages.js").DownloadRequest} request
   * @returns {Promise<string>}
   */
  start(request) {
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      this.#starts.set(id, { resolve, reject });
      this.#bridge.post({ type: "start-download", id, request });
    });
  }

  /**
   * Does something with a download.
   * @param {string} download
   * @param {import("../../types/messages.js").Action} action
   * @param {import("../../types/messages.js").Cookie[] | undefined} cookies
   * @param {(message: string) => void} onError Hears why the host could not do it.
   */
  act(download, action, cookies, onError) {
    const id = crypto.randomUUID();
    this.#actions.set(id, onError);
    this.#bridge.post({ type: "download-action", id, download_id: download, action, cookies });
  }

  /**
   * The host started a download.
   * @param {string} id The message's.
   * @param {string} download
   */
  started(id, download) {
    this.#starts.get(id)?.resolve(download);
    this.#starts.delete(id);
  }

  /**
   * @param {string} id The message's.
   * @param {string} message
   */
  failed(id, message) {
    this.#starts.get(id)?.reject(new Error(message));
    this.#starts.delete(id);
    this.#actions.get(id)?.(message);
    this.#actions.delete(id);
  }
}
