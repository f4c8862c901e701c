// Brings what was read to the host: over one port, and again until the host has answered.

import { handle } from "./handlers.js";
import { Journal } from "./journal.js";
import { hasPrivateWindow, isPrivateEntry } from "./private-windows.js";
import { profileName } from "./profile.js";

/** @typedef {import("./observer.js").Observer} Observer */
/** @typedef {import("../types/messages.js").FromHost} FromHost */

const RETRY_ALARM = "retry";

export class Delivery {
  #journal = new Journal((id) => this.#observer?.wasm.forget(id));
  /** @type {Observer | undefined} Undefined until it is loaded. */
  #observer;
  /** @type {Promise<Observer>} */
  #ready;
  #host;
  #onAnswered;

  /** @type {import("./handlers.js").Handlers<FromHost>} */
  #fromHost = {
    stored: ({ id, token, sinks }) => {
      this.#learn(id, token);
      this.#journal.stored(id, sinks);
      void this.#watch();
      this.#readStatus();
    },
    delivered: ({ sink }) => {
      this.#journal.delivered(sink);
      this.#readStatus();
    },
    noted: ({ id }) => {
      this.#journal.noted(id);
      void this.#watch();
      this.#readStatus();
    },
    error: ({ id, ...problem }) => {
      if (id !== undefined) this.#journal.refused(id, problem);
      void this.#watch();
    },
  };

  /**
   * @param {import("./host-port.js").HostPort} host
   * @param {(entries: import("./journal.js").Entry[]) => Promise<Observer>} load Loads the observer.
   * @param {(request: string) => void} onAnswered Hears of a token request that has its token.
   */
  constructor(host, load, onAnswered) {
    this.#host = host;
    this.#onAnswered = onAnswered;
    this.#ready = this.#load(load);
    chrome.alarms.onAlarm.addListener(() => void this.deliver());
  }

  /** The observer, once what was stored is taken up. */
  get ready() {
    return this.#ready;
  }

  /** Whether something is still to reach the host. */
  get hasWaiting() {
    return this.#journal.hasWaiting;
  }

  /**
   * The host is ready: sends what waits, and goes on trying. An earlier host may have ended before it forgot what
   * private windows brought.
   */
  async hostReady() {
    await this.#ready;
    if (!(await hasPrivateWindow())) await this.forgetPrivate();
    await this.deliver();
  }

  /** Sends what waits, and goes on trying. */
  async deliver() {
    await this.#ready;
    this.#send();
    await this.#watch();
  }

  /** Somebody looks: what a sink could not take is tried again. */
  async retryFailed() {
    await this.#ready;
    this.#journal.retryFailed();
    await this.deliver();
  }

  /**
   * Takes up what is new in a request.
   * @param {import("./observer.js").Changes} changes
   */
  async take({ entries, named = [], answered = [] }) {
    const toSave = entries.map((entry) => this.#journal.add(entry));
    for (const { id, ...info } of named) {
      const entry = this.#journal.update(id, info);
      if (entry) toSave.push(entry);
    }
    // Saving begins first, so that nothing that happens to the port costs the entry. It is not waited for: a page's
    // token should not wait for the browser's storage.
    const saved = toSave.map((entry) => this.#journal.save(entry));
    this.#send();
    this.#tell(answered);
    await Promise.all(saved);
    await this.#watch();
    // A request of the last private window may come after its end.
    if (entries.some(isPrivateEntry) && !(await hasPrivateWindow())) await this.forgetPrivate();
  }

  /** No private window is open any more: what they brought is forgotten here, and then by the host. */
  async forgetPrivate() {
    const { wasm } = await this.#ready;
    wasm.privateWindowsClosed();
    this.#journal.dropPrivate();
    if (this.#host.isReady) {
      this.#host.post({ type: "private-windows-closed", profile: await profileName() });
      this.#readStatus();
    }
    await this.#watch();
  }

  /**
   * Whether a token that is known answers a token request. It is then sent to the host again. If none does, `onAnswered`
   * hears of the request once one comes.
   * @param {import("./observer.js").OpenRequest} request
   */
  requestToken({ id, video_id, music, container, bypass_cache, since }) {
    const { wasm } = this.#observer ?? {};
    /** @type {string[]} */
    const known = JSON.parse(wasm?.requestToken(id, video_id, music, container, bypass_cache, since) ?? "[]");
    for (const entry of known) this.#journal.sendAgain(entry);
    if (known.length > 0) this.#send();
    return known.length > 0;
  }

  /**
   * Nobody waits for this token request any more.
   * @param {string} id
   */
  dropRequest(id) {
    this.#observer?.wasm.dropRequest(id);
  }

  portLost() {
    this.#journal.portLost();
  }

  /**
   * @param {FromHost} message
   */
  onMessage(message) {
    handle(this.#fromHost, message);
  }

  /**
   * @param {(entries: import("./journal.js").Entry[]) => Promise<Observer>} load
   */
  async #load(load) {
    const [, hasPrivate] = await Promise.all([this.#journal.load(), hasPrivateWindow()]);
    if (!hasPrivate) this.#journal.dropPrivate();
    this.#observer = await load(this.#journal.entries);
    return this.#observer;
  }

  /**
   * The host may know the video of a token that is not known here, or know it with more certainty.
   * @param {string} id
   * @param {import("../types/messages.js").TokenInfo} token
   */
  #learn(id, token) {
    if (!this.#journal.learn(id, token) || token.video_id === null) return;
    const answered = this.#observer?.wasm.name(id, token.video_id, token.certainty);
    if (answered !== undefined) this.#tell(JSON.parse(answered));
  }

  /**
   * @param {string[]} answered
   */
  #tell(answered) {
    for (const request of answered) this.#onAnswered(request);
  }

  /** Sends what waits, or has the host connected: then it is sent once the host is ready. */
  #send() {
    this.#host.connect();
    if (!this.#host.isReady) return;
    for (const message of this.#journal.toSend()) this.#host.post(message);
  }

  /** What the host did may have changed it. */
  #readStatus() {
    this.#host.post({ type: "status" });
  }

  /** While something waits for the host, the browser wakes this script for another try. */
  async #watch() {
    if (this.#journal.hasWaiting) await chrome.alarms.create(RETRY_ALARM, { periodInMinutes: 0.5 });
    else await chrome.alarms.clear(RETRY_ALARM);
  }
}
