// Opens a muted tab in the background.

import { say } from "../i18n.js";
import { isPrivate, of } from "./container.js";

/**
 * Gives the tab.
 * @param {string} url
 * @param {string | undefined} container
 */
export async function openTab(url, container) {
  const windowId = await windowFor(container);
  const { id } = await chrome.tabs.create({ url, active: false, windowId, ...of(container) });
  if (id === undefined) throw new Error(url);
  await chrome.tabs.update(id, { muted: true });
  return id;
}

/**
 * A private tab goes to a private window, and no other one does.
 * @param {string | undefined} container
 */
async function windowFor(container) {
  const windows = await chrome.windows.getAll({ windowTypes: ["normal"] });
  const fit = windows.filter(({ incognito }) => incognito === isPrivate(container));
  const found = fit.find(({ focused }) => focused) ?? fit.at(-1);
  if (!found) throw new Error(say(isPrivate(container) ? "wish_no_private" : "wish_no_window"));
  return found.id;
}
