// Opens a muted tab in the background.

import { getMessage } from "../i18n.js";
import { createProperties, isPrivate } from "./container.js";

/**
 * Returns the tab.
 * @param {string} url
 * @param {string | undefined} container
 */
export async function openTab(url, container) {
  const windowId = await windowFor(container);
  const { id } = await chrome.tabs.create({ url, active: false, windowId, ...createProperties(container) });
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
  const fitting = windows.filter(({ incognito }) => incognito === isPrivate(container));
  const found = fitting.find(({ focused }) => focused) ?? fitting.at(-1);
  if (found) return found.id;
  throw new Error(getMessage(isPrivate(container) ? "token_request_no_private_window" : "token_request_no_window"));
}
