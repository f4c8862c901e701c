// Pauses the capture, as the settings say.

import { DEFAULTS, readCaptureSettings } from "./capture-settings.js";
import { orElse, unwaited } from "./problems.js";
import { captureSettings } from "./storage.js";

export class Pause {
  #isPaused = false;
  /** Settled once it is known whether the capture is paused. */
  ready;
  #onChange;

  /**
   * @param {(isPaused: boolean) => void} onChange
   */
  constructor(onChange) {
    this.#onChange = onChange;
    captureSettings.onChanged(() => void this.#read());
    chrome.runtime.onStartup.addListener(() => void this.#endWithBrowser());
    this.ready = this.#read();
  }

  /** Whether nothing is read now. */
  get isPaused() {
    return this.#isPaused;
  }

  async #read() {
    const { paused } = await orElse(readCaptureSettings(), { ...DEFAULTS, paused: this.#isPaused });
    if (paused === this.#isPaused) return;
    this.#isPaused = paused;
    this.#onChange(paused);
  }

  /** The browser was started: a pause until it is closed is over. */
  async #endWithBrowser() {
    const { paused, pauseLasts } = await orElse(readCaptureSettings(), DEFAULTS);
    if (paused && pauseLasts === "until-closed") unwaited(captureSettings.change({ paused: false }));
  }
}
