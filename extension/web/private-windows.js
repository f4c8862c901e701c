// Private windows as a whole: whether one is open, and what is theirs.

/** Whether a private window is open that the extension may see. */
export async function hasPrivateWindow() {
  const windows = await chrome.windows.getAll();
  return windows.some(({ incognito }) => incognito);
}

/**
 * Whether the window of this page, such as the popup, is private. Only of that kind of window it shows tokens.
 */
export async function isInPrivateWindow() {
  const { incognito } = await chrome.windows.getCurrent();
  return incognito;
}

/**
 * Whether an entry of the journal is a private window's.
 * @param {Pick<import("./journal.js").Entry, "capture" | "playing">} entry
 */
export function isPrivateEntry({ capture, playing }) {
  return (capture ?? playing)?.session?.private === true;
}
