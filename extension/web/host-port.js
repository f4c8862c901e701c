// One connection to the native host, kept open. It keeps this script alive, and a message finds the host running.

import { browserProduct, isFirefox } from "./browser-family.js";
import { profileName } from "./profile.js";

/** @type {import("../types/messages.js").ProtocolVersion} */
const PROTOCOL_VERSION = 4;
const HOST_NAME = "dev.potbridge.host";
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
/** Two sides whose versions are so far apart work together. */
const APART = 1;

/**
 * `absent`: the browser cannot start the host. `refused`: the host runs, and will not talk to this extension.
 * @typedef {{kind: "connecting"}
 *   | {kind: "ready", version: string}
 *   | {kind: "absent", reason: string}
 *   | ({kind: "refused", host_version?: string} & import("../types/messages.js").Problem)} HostState
 */

/** @typedef {Extract<import("../types/messages.js").FromHost, {type: "hello"}>} Hello */

/** @typedef {chrome.runtime.Port & {error?: {message: string}}} NativePort Firefox says in `error` why a port closed. */

export class HostPort {
  /** @type {chrome.runtime.Port | undefined} */
  #port;
  /** @type {HostState} */
  #state = { kind: "connecting" };
  #delay = FIRST_DELAY_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #events;

  /**
   * @param {{
   *   onReady: (hello: Hello) => void,
   *   onMessage: (message: import("../types/messages.js").FromHost) => void,
   *   onChange: (state: HostState) => void,
   * }} events
   */
  constructor(events) {
    this.#events = events;
  }

  /** Whether the host has answered `hello`. */
  get isReady() {
    return this.#state.kind === "ready";
  }

  /** Connects now, unless connected or about to be. */
  connect() {
    if (this.#port) return;
    clearTimeout(this.#timer);
    /** @type {NativePort} */
    const port = chrome.runtime.connectNative(HOST_NAME);
    this.#port = port;
    port.onMessage.addListener((message) => this.#receive(message, port));
    port.onDisconnect.addListener(() => this.#lose(port, port.error?.message ?? chrome.runtime.lastError?.message));
    void this.#greet(port);
  }

  /**
   * Sends a message. Without a connection it is dropped, as `onChange` has told or tells now.
   * @param {import("../types/messages.js").ToHost} message
   */
  post(message) {
    const port = this.#port;
    try {
      port?.postMessage(message);
    } catch (error) {
      // The port is closed already, and its `onDisconnect` is still to come.
      if (port) this.#lose(port, error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * @param {chrome.runtime.Port} port
   */
  async #greet(port) {
    const [profile, product] = await Promise.all([profileName(), browserProduct()]);
    if (this.#port !== port) return;
    const { version } = chrome.runtime.getManifest();
    const browser = isFirefox() ? "firefox" : "chromium";
    this.post({ type: "hello", protocol: PROTOCOL_VERSION, version, browser, product, profile });
  }

  /**
   * What an earlier port brings late is an answer too, and no greeting.
   * @param {import("../types/messages.js").FromHost} message
   * @param {chrome.runtime.Port} port
   */
  #receive(message, port) {
    if (this.#port !== port) {
      if (message.type !== "hello") this.#events.onMessage(message);
    } else if (message.type === "hello") {
      const misfit = misfitOf(message);
      if (misfit) return this.#refuse(misfit, port);
      this.#delay = FIRST_DELAY_MS;
      this.#become({ kind: "ready", version: message.version });
      this.#events.onReady(message);
    } else if (message.type === "error" && message.id === undefined && !this.isReady) {
      const { code, host_version, message: text, hint } = message;
      this.#refuse({ code, host_version, message: text, hint }, port);
    } else {
      this.#events.onMessage(message);
    }
  }

  /**
   * Another host may be there later.
   * @param {Omit<Extract<HostState, {kind: "refused"}>, "kind">} why
   * @param {chrome.runtime.Port} port
   */
  #refuse(why, port) {
    this.#become({ kind: "refused", ...why });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#leave(port), LONGEST_DELAY_MS);
  }

  /** Somebody looks: if there was no host, or it refused, another one may be there by now. */
  askAgain() {
    if (!this.#port) this.connect();
    else if (this.#state.kind === "refused") this.#leave(this.#port);
  }

  /**
   * @param {chrome.runtime.Port} port
   */
  #leave(port) {
    if (this.#port !== port) return;
    this.#port = undefined;
    // It tells no `onDisconnect` on the side that closes it.
    port.disconnect();
    this.connect();
  }

  /**
   * @param {NativePort} port
   * @param {string} [reason]
   */
  #lose(port, reason = "") {
    if (this.#port !== port) return;
    this.#port = undefined;
    clearTimeout(this.#timer);
    if (this.#state.kind !== "refused") this.#become({ kind: "absent", reason });
    this.#timer = setTimeout(() => this.connect(), this.#delay);
    this.#delay = Math.min(2 * this.#delay, LONGEST_DELAY_MS);
  }

  /**
   * @param {HostState} state
   */
  #become(state) {
    this.#state = state;
    this.#events.onChange(state);
  }
}

/**
 * Which side is too old, if the host's version of the messages is too far from ours.
 * @param {Hello} hello
 */
function misfitOf({ protocol, version }) {
  if (Math.abs(protocol - PROTOCOL_VERSION) <= APART) return undefined;
  /** @type {import("../types/messages.js").Code} */
  const code = protocol < PROTOCOL_VERSION ? "update-host" : "update-extension";
  return { code, host_version: version, message: "The extension and the host are of versions that do not fit." };
}
