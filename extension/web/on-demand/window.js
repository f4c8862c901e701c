// Opens a small muted window without the focus. What it shows is visible, and so it plays.

import { createProperties } from "./container.js";
import { moveToNormalWindow } from "./tab.js";

const SIZE = { width: 480, height: 360 };
/** How far it lies from the edge of a window that fills the screen. */
const EDGE = 24;
/** How far it sticks out of another window. Some systems put it below, and a page that is wholly covered does not play. */
const OUT = 64;
/** How long the system may still focus a new window. */
const SETTLING_MS = 1500;

/**
 * Returns the window, its tab, and what ends the care for the focus early.
 * @param {string} url
 * @param {string | undefined} container
 */
export async function openSmallWindow(url, container) {
  const windows = await chrome.windows.getAll();
  const focus = keepFocus(windows);
  try {
    /** @type {chrome.windows.CreateData} */
    const how = { url, type: "popup", focused: false, ...SIZE, ...createProperties(container) };
    const window = await chrome.windows
      .create({ ...how, ...place(windows) })
      .catch(() => chrome.windows.create(how));
    const tab = window?.tabs?.[0]?.id;
    if (window?.id === undefined || tab === undefined) throw new Error(url);
    await chrome.tabs.update(tab, { muted: true });
    const { focused } = await chrome.windows.get(window.id);
    if (focused) await focus.giveBack(window.id);
    return { tab, window: window.id, settle: focus.settle };
  } finally {
    setTimeout(focus.settle, SETTLING_MS);
  }
}

/**
 * Opens a muted tab that plays in the background. Firefox (153) lets play what was shown for a moment, whatever it was. So
 * the tab is shown empty, in a small window, and moved into the user's window at once. A new window always takes the
 * focus there. This one has it for about 0.1 s: as it closes, the window before gets it back.
 * @param {string} url
 * @param {string | undefined} container
 */
export async function openShownTab(url, container) {
  const window = await chrome.windows.create({
    url: "about:blank",
    type: "popup",
    focused: false,
    ...SIZE,
    ...createProperties(container),
  });
  const tab = window?.tabs?.[0]?.id;
  if (window?.id === undefined || tab === undefined) throw new Error(url);
  try {
    await moveToNormalWindow(tab);
  } catch (error) {
    await chrome.windows.remove(window.id).catch(() => {});
    throw error;
  }
  await chrome.tabs.update(tab, { url, muted: true });
  return tab;
}

/**
 * Brings a small window to the front. Gives what brings it back, unless the user has moved the focus meanwhile.
 * @param {number} window
 */
export async function bringToFront(window) {
  const before = focusedOf(await chrome.windows.getAll());
  await chrome.windows.update(window, { focused: true });
  return () => giveFocusBack(window, before);
}

/**
 * A place that sticks out of the user's window. Where the screen begins is known, and not where it ends.
 * @param {chrome.windows.Window[]} windows
 */
function place(windows) {
  const shown = windows.filter(({ state }) => state !== "minimized");
  const { left, top, width, height, state } = shown.find(({ focused }) => focused) ?? shown.at(-1) ?? {};
  if (left === undefined || top === undefined || width === undefined || height === undefined) return {};
  const out = state === "normal" ? OUT : -EDGE;
  const beside = (/** @type {number} */ start, /** @type {number} */ length, /** @type {number} */ own) =>
    out > 0 && start >= out ? start - out : start + Math.max(0, length - own + out);
  return { left: beside(left, width, SIZE.width), top: beside(top, height, SIZE.height) };
}

/**
 * Gives the focus back if a new small window gets it. Firefox (153) focuses every new window, and so do some systems.
 * @param {chrome.windows.Window[]} windows Those that are open before.
 */
function keepFocus(windows) {
  const before = focusedOf(windows);
  const known = windows.map(({ id }) => id);
  const giveBack = (/** @type {number} */ window) => giveFocusBack(window, before);

  /** @param {number} window */
  function onFocus(window) {
    if (window !== chrome.windows.WINDOW_ID_NONE && !known.includes(window)) void giveBack(window);
  }

  chrome.windows.onFocusChanged.addListener(onFocus);
  return { giveBack, settle: () => chrome.windows.onFocusChanged.removeListener(onFocus) };
}

/**
 * @param {chrome.windows.Window[]} windows
 */
function focusedOf(windows) {
  return windows.find(({ focused }) => focused)?.id;
}

/**
 * @param {number} window
 * @param {number | undefined} before The window that had the focus. Undefined if it was none of this browser's.
 */
async function giveFocusBack(window, before) {
  try {
    const { type, focused } = await chrome.windows.get(window);
    if (type !== "popup" || !focused) return;
    if (before === undefined) await chrome.windows.update(window, { focused: false });
    else await chrome.windows.update(before, { focused: true });
  } catch {
    // One of the two is closed by now.
  }
}
