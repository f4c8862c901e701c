// A line to be copied, with the button that copies it.

import { copyLine } from "../popup/copy.js";

/**
 * @param {string} text What is copied.
 */
export function commandLine(text) {
  return copyLine(text, { class: "quiet" });
}
