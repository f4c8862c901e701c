// The methods to open a video unseen, and which of them to try first.

import { hiddenTabsFailedAt } from "../storage.js";

/** How long it is remembered that hidden tabs do not play. */
const REMEMBERED_MS = 30 * 60 * 1000;

/**
 * `parked`: a hidden tab that was kept from another video. `tab`: a new hidden tab. `window`: a small window without the
 * focus, for browsers and pages that do not play what is hidden.
 * @typedef {"parked" | "tab" | "window"} OpenMethod
 */

/**
 * The methods in the order in which to try them.
 * @returns {Promise<OpenMethod[]>}
 */
export async function methodsInOrder() {
  const failedAt = (await hiddenTabsFailedAt.get()) ?? 0;
  return Date.now() - failedAt < REMEMBERED_MS ? ["window", "parked", "tab"] : ["parked", "tab", "window"];
}

/**
 * Remembers which method brought a token. What stops one hidden tab from playing stops all of them.
 * @param {OpenMethod} method
 * @param {OpenMethod[]} failed Those that were tried before.
 */
export function rememberSuccess(method, failed) {
  if (method === "window" && failed.includes("tab")) void hiddenTabsFailedAt.set(Date.now());
  else if (method !== "window") void hiddenTabsFailedAt.remove();
}
