// Opens muted tabs, and moves them.

import { createProperties } from "./container.js";

/**
 * Opens a tab in the background. Returns the tab.
 * @param {string} url
 * @param {string | undefined} container
 */
export async function openTab(url, container) {
  return create({ url, active: false, windowId: await normalWindow(), ...createProperties(container) });
}

/**
 * Opens a tab in front, in a browser that nobody looks at. Returns the tab.
 * @param {string} url
 * @param {string | undefined} container
 */
export async function openActiveTab(url, container) {
  return create({ url, active: true, ...createProperties(container) });
}

/**
 * Moves a tab into the user's window, behind the others and without showing it.
 * @param {number} tab
 */
export async function moveToNormalWindow(tab) {
  await chrome.tabs.move(tab, { windowId: await normalWindow(), index: -1 });
}

/**
 * @param {chrome.tabs.CreateProperties} properties
 */
async function create(properties) {
  const { id } = await chrome.tabs.create(properties);
  if (id === undefined) throw new Error(properties.url);
  await chrome.tabs.update(id, { muted: true });
  return id;
}

/** The focused window, or the last one. What programs ask for is never opened in a private window. */
async function normalWindow() {
  const windows = await chrome.windows.getAll({ windowTypes: ["normal"] });
  const fitting = windows.filter(({ incognito }) => !incognito);
  const found = fitting.find(({ focused }) => focused) ?? fitting.at(-1);
  if (found?.id !== undefined) return found.id;
  throw new Error("no window is open");
}
