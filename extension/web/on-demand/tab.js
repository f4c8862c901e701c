// Opens a muted tab in the background.

import { getMessage } from "../i18n.js";
import { createProperties } from "./container.js";

/**
 * Returns the tab.
 * @param {string} url
 * @param {string | undefined} container
 */
export async function openTab(url, container) {
  const windowId = await normalWindow();
  const { id } = await chrome.tabs.create({ url, active: false, windowId, ...createProperties(container) });
  if (id === undefined) throw new Error(url);
  await chrome.tabs.update(id, { muted: true });
  return id;
}

/** The focused window, or the last one. What programs ask for is never opened in a private window. */
async function normalWindow() {
  const windows = await chrome.windows.getAll({ windowTypes: ["normal"] });
  const fitting = windows.filter(({ incognito }) => !incognito);
  const found = fitting.find(({ focused }) => focused) ?? fitting.at(-1);
  if (found) return found.id;
  throw new Error(getMessage("token_request_no_window"));
}
