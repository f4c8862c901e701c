// What is seen without the popup: that a download has ended or cannot be started.

import { getMessage } from "../i18n.js";
import { notify, onNotificationClicked, openPopup } from "../notify.js";
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
 * A click on the notification of a download that is done opens its file, and on another one the popup.
 * @param {(id: string) => void} open
 */
export function onDownloadNoticeClicked(open) {
  onNotificationClicked("download/", (id) => {
    if (id.startsWith(DONE)) open(id.slice(DONE.length));
    else void openPopup();
  });
}

/**
 * @param {string | undefined} path
 */
function fileName(path) {
  return path?.split(/[\\/]/).at(-1);
}
