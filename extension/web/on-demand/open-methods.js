// The methods to open a video unseen, and the order in which to try them.
//
// Chromium (156) opens no media in a tab that was never shown, whatever its settings. A tab that once opened media while
// it was visible goes on to do so in the background, also after it was moved to another window. Firefox (153) opens media
// in a tab that was never shown, but `play()` waits there until somebody looks at it.

import { isFirefox } from "../browser-family.js";
import { hiddenTabsFailedAt } from "../storage.js";

/** How long it is remembered that hidden tabs do not play. */
const REMEMBERED_MS = 30 * 60 * 1000;

/**
 * `parked`: a tab that was kept from another video, and plays in the background. `tab`: a new hidden tab. `window`: a
 * small window without the focus, whose tab is kept. `active`: a tab in front, in a browser that nobody looks at.
 * @typedef {"parked" | "tab" | "window" | "active"} OpenMethod
 */

/**
 * The methods in the order in which to try them.
 * @param {boolean} unattended Whether nobody looks at this browser.
 * @returns {Promise<OpenMethod[]>}
 */
export async function methodsInOrder(unattended) {
  if (unattended) return ["active"];
  if (!isFirefox()) return ["parked", "window"];
  const failedAt = (await hiddenTabsFailedAt.get()) ?? 0;
  return Date.now() - failedAt < REMEMBERED_MS ? ["parked", "window"] : ["parked", "tab", "window"];
}

/**
 * How many videos can be open at a time. Of the tabs that play in the background Chromium has one.
 * @param {boolean} unattended
 */
export function mostOpen(unattended) {
  return isFirefox() && !unattended ? 2 : 1;
}

/**
 * Remembers which method brought a token. What stops one hidden tab from playing stops all of them.
 * @param {OpenMethod} method
 * @param {OpenMethod[]} failed Those that were tried before.
 */
export function rememberSuccess(method, failed) {
  if (method === "window" && failed.includes("tab")) void hiddenTabsFailedAt.set(Date.now());
  else if (method === "tab") void hiddenTabsFailedAt.remove();
}
