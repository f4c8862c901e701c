// Whether anything is read, and whether private windows are: as the settings say.

import { DEFAULTS, readCaptureSettings } from "./capture-settings.js";
import { orElse, unwaited } from "./problems.js";
import { captureSettings } from "./storage.js";

export class CapturePolicy {
  #isPaused = DEFAULTS.paused;
  #readsPrivate = DEFAULTS.privateWindows;
  /** Settled once the settings are known. By then the listener has heard of what is not as by default. */
  ready;
  #listener;

  /**
   * @param {{
   *   onPaused: (isPaused: boolean) => void,
   *   onPrivateWindows: (areRead: boolean) => void,
   * }} listener
   */
  constructor(listener) {
    this.#listener = listener;
    captureSettings.onChanged(() => void this.#read());
    chrome.runtime.onStartup.addListener(() => void this.#endPauseWithBrowser());
    this.ready = this.#read();
  }

  /** Whether nothing is read now. */
  get isPaused() {
    return this.#isPaused;
  }

  async #read() {
    const known = { ...DEFAULTS, paused: this.#isPaused, privateWindows: this.#readsPrivate };
    const { paused, privateWindows } = await orElse(readCaptureSettings(), known);
    if (paused !== this.#isPaused) {
      this.#isPaused = paused;
      this.#listener.onPaused(paused);
    }
    if (privateWindows !== this.#readsPrivate) {
      this.#readsPrivate = privateWindows;
      this.#listener.onPrivateWindows(privateWindows);
    }
  }

  /** The browser was started: a pause until it is closed is over. */
  async #endPauseWithBrowser() {
    const { paused, pauseLasts } = await orElse(readCaptureSettings(), DEFAULTS);
    if (paused && pauseLasts === "until-closed") unwaited(captureSettings.change({ paused: false }));
  }
}
