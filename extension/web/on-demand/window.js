// Opens a small muted window in the corner, without the focus. What it shows is visible, and so it plays.

import { createProperties } from "./container.js";

const SIZE = { width: 480, height: 360 };
const EDGE = 24;
/** How long the system may still focus a new window. */
const SETTLING_MS = 1500;

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Returns the window and its tab. Windows open one at a time, so that each can give the focus back.
 * @param {string} url
 * @param {string | undefined} container
 * @param {() => number} others How many of these are open already. One that another one covers may count as hidden.
 */
export function openUnfocusedWindow(url, container, others) {
  const opened = last.then(() => open(url, container, others()));
  last = opened.catch(() => {});
  return opened;
}

/**
 * @param {string} url
 * @param {string | undefined} container
 * @param {number} others
 */
async function open(url, container, others) {
  const windows = await chrome.windows.getAll();
  const before = windows.find(({ focused }) => focused);
  const focus = keepFocus(windows);
  try {
    /** @type {chrome.windows.CreateData} */
    const how = { url, type: "popup", focused: false, ...SIZE, ...createProperties(container) };
    const window = await chrome.windows
      .create({ ...how, ...corner(before, others) })
      .catch(() => chrome.windows.create(how));
    const tab = window?.tabs?.[0]?.id;
    if (window?.id === undefined || tab === undefined) throw new Error(url);
    await chrome.tabs.update(tab, { muted: true });
    const { focused } = await chrome.windows.get(window.id);
    if (focused) await focus.giveBack(window.id);
    return { tab, window: window.id };
  } finally {
    setTimeout(focus.settled, SETTLING_MS);
  }
}

/**
 * The lower right corner of the window before, or beside the others.
 * @param {chrome.windows.Window | undefined} before
 * @param {number} others
 */
function corner(before, others) {
  const { left, top, width, height, state } = before ?? {};
  if (left === undefined || top === undefined || width === undefined || height === undefined) return {};
  if (state === "minimized") return {};
  return {
    left: left + Math.max(0, width - (others + 1) * (SIZE.width + EDGE)),
    top: top + Math.max(0, height - SIZE.height - EDGE),
  };
}

/**
 * Gives the focus back if a new small window gets it. Firefox (153) focuses every new window, and so do some systems.
 * @param {chrome.windows.Window[]} windows Those that are open before.
 */
function keepFocus(windows) {
  const before = windows.find(({ focused }) => focused)?.id;
  const known = windows.map(({ id }) => id);
  chrome.windows.onFocusChanged.addListener(onFocus);

  /** @param {number} window */
  function onFocus(window) {
    if (window !== chrome.windows.WINDOW_ID_NONE && !known.includes(window)) void giveBack(window);
  }

  /** @param {number} window */
  async function giveBack(window) {
    try {
      const { type } = await chrome.windows.get(window);
      if (type !== "popup") return;
      if (before === undefined) await chrome.windows.update(window, { focused: false });
      else await chrome.windows.update(before, { focused: true });
    } catch {
      // One of the two is closed by now.
    }
  }

  return { giveBack, settled: () => chrome.windows.onFocusChanged.removeListener(onFocus) };
}
