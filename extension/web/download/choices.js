// What the user chose for the last download.

import { downloadChoices } from "../storage.js";

/**
 * @typedef {{preset: import("../../types/messages.js").Preset, subtitles: boolean, cookies: boolean}} Choices
 */

/**
 * @returns {Promise<Choices>}
 */
export async function readChoices() {
  return { preset: "best", subtitles: false, cookies: false, ...(await downloadChoices.get()) };
}
