// One tab that token requests opened.

/**
 * `window` if the tab has a small window of its own. `hasPlayed`: a page of it played there, and so it plays in the
 * background too. `isActive`: it is in front, in a browser that nobody looks at. `isParked`: it waits for the next video.
 * @typedef {{
 *   tab: number, window?: number, container?: string, hasPlayed?: boolean, isActive?: boolean, isParked?: boolean,
 * }} OpenedTab
 */

/**
 * Whether a parked tab stays for as long as requests are accepted.
 * @param {OpenedTab} opened
 */
export function mayStay({ window, hasPlayed, isActive }) {
  return isActive || (hasPlayed && window === undefined) || false;
}

/**
 * Whether a parked tab is there, and can be used without the user seeing it.
 * @param {OpenedTab} opened
 */
export async function isUsable({ tab, window, isActive }) {
  try {
    const { active, discarded } = await chrome.tabs.get(tab);
    return isActive || (!discarded && (window !== undefined || !active));
  } catch {
    return false;
  }
}

/**
 * Closes a tab, or its window. A tab that the user has turned to stays, and plays aloud.
 * @param {OpenedTab} opened
 */
export async function closeOpened({ tab, window }) {
  try {
    if (window !== undefined && (await isIn(tab, window))) await chrome.windows.remove(window);
    else if (await isActive(tab)) await chrome.tabs.update(tab, { muted: false });
    else await chrome.tabs.remove(tab);
  } catch {
    // Somebody closed it.
  }
}

/**
 * Whether a tab is still in this window: it may have been moved since that was noted.
 * @param {number} tab
 * @param {number} window
 */
async function isIn(tab, window) {
  return (await chrome.tabs.get(tab)).windowId === window;
}

/**
 * Whether a tab is in front in its window.
 * @param {number} tab
 */
export async function isActive(tab) {
  try {
    return (await chrome.tabs.get(tab)).active;
  } catch {
    return false;
  }
}
