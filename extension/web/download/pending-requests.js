// What the host was asked and has not answered yet.

import { say } from "../i18n.js";

/** How long a host that is being started may take. */
const START_MS = 10_000;

/** @typedef {{resolve: (job: string) => void, reject: (error: Error) => void}} Waiting */

export class Asks {
  /** @type {Map<string, Waiting>} By the message's id. */
  #waiting = new Map();
  /** @type {Map<string, (message: string) => void>} By the message's id: acts, which are answered only where they fail. */
  #acts = new Map();
  /** @type {(() => void)[]} Who waits for the host. */
  #forHost = [];
  #ready = false;
  #bridge;

  /**
   * @param {import("../feature.js").Bridge} bridge
   */
  constructor(bridge) {
    this.#bridge = bridge;
  }

  /** The host is there, and knows downloads. */
  ready() {
    this.#ready = true;
    for (const go of this.#forHost.splice(0)) go();
  }

  /** The host is gone, and will not answer. */
  lost() {
    this.#ready = false;
    for (const { reject } of this.#waiting.values()) reject(new Error(say("download_host_lost")));
    this.#waiting.clear();
    this.#acts.clear();
  }

  /** Waits for a host that knows downloads; throws, in words, where none comes. */
  async host() {
    if (this.#ready) return;
    this.#bridge.connect();
    await new Promise((resolve, reject) => {
      this.#forHost.push(() => resolve(undefined));
      setTimeout(() => reject(new Error(say("download_no_host"))), START_MS);
    });
  }

  /**
   * Asks for a download, and gives its name.
   * @param {import("./messages.js").Ask} ask
   * @returns {Promise<string>}
   */
  download(ask) {
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#bridge.post({ type: "download", id, ask });
    });
  }

  /**
   * Has something done with a download; `fail` hears of it where that cannot be.
   * @param {{job: string, act: import("./messages.js").Act, cookies?: import("./messages.js").Cookie[]}} what
   * @param {(message: string) => void} fail
   */
  act(what, fail) {
    const id = crypto.randomUUID();
    this.#acts.set(id, fail);
    this.#bridge.post({ type: "job", id, ...what });
  }

  /**
   * @param {string} id
   * @param {string} job
   */
  started(id, job) {
    this.#waiting.get(id)?.resolve(job);
    this.#waiting.delete(id);
  }

  /**
   * @param {string} id
   * @param {string} message
   */
  failed(id, message) {
    this.#waiting.get(id)?.reject(new Error(message));
    this.#waiting.delete(id);
    this.#acts.get(id)?.(message);
    this.#acts.delete(id);
  }
}
