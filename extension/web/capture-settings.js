// What the user lets the extension read, and when.

import { captureSettings } from "./storage.js";

/**
 * `paused`: whether nothing is read. `pauseLasts`: until the user resumes the capture, or until the browser is closed.
 * Neither needs a clock: a pause that ended by itself could end while what should not be read still plays.
 * `privateWindows`: whether private windows are read, if the browser lets the extension into them.
 * @typedef {"until-resumed" | "until-closed"} PauseLasts
 * @typedef {{paused: boolean, pauseLasts: PauseLasts, privateWindows: boolean}} CaptureSettings
 */

/** @type {CaptureSettings} */
export const DEFAULTS = { paused: false, pauseLasts: "until-resumed", privateWindows: true };

/**
 * @returns {Promise<CaptureSettings>}
 */
export async function readCaptureSettings() {
  return { ...DEFAULTS, ...(await captureSettings.get()) };
}
