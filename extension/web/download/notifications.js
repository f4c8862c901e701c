// What is seen without the popup: that a download has ended or cannot be started.

import { getMessage } from "../i18n.js";
import { DEFAULTS, readNoticeSettings } from "../notice-settings.js";
import { orElse } from "../problems.js";
import { inShort } from "./failure.js";

/** @typedef {import("../../types/messages.js").Download} Download */

const DONE = "download/done/";

/**
 * As the user set it.
 * @param {Download} download
 */
export async function notifyOfEnd({ id, state, title, video_id, file, error }) {
  const { downloads: wanted } = await orElse(readNoticeSettings(), DEFAULTS);
  if (wanted === "none" || (wanted === "failed" && state !== "failed")) return;
  const name = title ?? video_id ?? "";
  const message = [name, state === "failed" ? error && inShort(error) : fileName(file)].filter(Boolean).join("\n");
  if (state === "done") notify(DONE + id, getMessage("download_done_title"), message);
  if (state === "failed") notify(`download/failed/${id}`, getMessage("download_failed_title"), message);
}

/**
 * A download could not be started from the menu or by the keyboard. It is always told: nothing else answers these.
 * @param {string} message
 */
export function notifyOfStartError(message) {
  notify("download/not-started", getMessage("download_not_started_title"), message);
}

/**
 * A click on the notification of a download that is done opens its file.
 * @param {(id: string) => void} open
 */
export function onNotificationClicked(open) {
  chrome.notifications.onClicked.addListener((id) => {
    if (!id.startsWith("download/")) return;
    void chrome.notifications.clear(id);
    if (id.startsWith(DONE)) open(id.slice(DONE.length));
    // Firefox opens a popup only for some clicks, and this is none of them.
    else chrome.action.openPopup?.().catch(() => {});
  });
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} message
 */
function notify(id, title, message) {
  const iconUrl = chrome.runtime.getURL("icons/128.png");
  void chrome.notifications.create(id, { type: "basic", iconUrl, title, message });
}

/**
 * @param {string | undefined} path
 */
function fileName(path) {
  return path?.split(/[\\/]/).at(-1);
}
