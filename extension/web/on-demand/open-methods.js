// The ways to open a video where nobody looks, and which of them is worth trying first.

const KEY = "wish-held-back";
/** So long it is remembered that hidden tabs do not play. */
const REMEMBERED_MS = 30 * 60 * 1000;

/**
 * `parked`: a hidden tab that was kept from another video. `tab`: a new hidden tab. `window`: a small window without the
 * focus, for browsers and pages that hold back what is hidden.
 * @typedef {"parked" | "tab" | "window"} Way
 */

/**
 * The ways in the order in which to try them.
 * @returns {Promise<Way[]>}
 */
export async function waysNow() {
  const stored = await chrome.storage.session.get(KEY);
  const since = /** @type {number | undefined} */ (stored[KEY]) ?? 0;
  return Date.now() - since < REMEMBERED_MS ? ["window", "parked", "tab"] : ["parked", "tab", "window"];
}

/**
 * Remembers which way brought a token, after those in vain: what holds back one hidden tab does it to all.
 * @param {Way} way
 * @param {Way[]} vain
 */
export function learn(way, vain) {
  if (way === "window" && vain.includes("tab")) void chrome.storage.session.set({ [KEY]: Date.now() });
  else if (way !== "window") void chrome.storage.session.remove(KEY);
}
