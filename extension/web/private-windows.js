// Private windows as a whole: whether one is open, and what is theirs.

/** Whether a private window is open that the extension may see. If that cannot be known, nothing is forgotten for it. */
export async function hasPrivateWindow() {
  try {
    const windows = await chrome.windows.getAll();
    return windows.some(({ incognito }) => incognito);
  } catch {
    return true;
  }
}

/**
 * Whether the window of this page, such as the popup, is private. It then shows what is of private windows, and otherwise
 * the rest. `chrome.extension.inIncognitoContext` is false in both kinds of window (Chromium 156).
 */
export async function isInPrivateWindow() {
  try {
    const { incognito } = await chrome.windows.getCurrent();
    return incognito;
  } catch {
    return false;
  }
}

/**
 * Whether an entry of the journal is a private window's.
 * @param {Pick<import("./journal.js").Entry, "capture" | "playing">} entry
 */
export function isPrivateEntry({ capture, playing }) {
  return (capture ?? playing)?.session?.private === true;
}
