// A download in words.

import { formatBytes, formatDuration, formatPermille, formatSpeed, getMessage } from "../i18n.js";
import { problemText } from "../problem-text.js";

/** @typedef {import("../../types/messages.js").Download} Download */

/**
 * @param {Download} download
 */
export function titleOf({ title, video_id, list, id }) {
  if (title) return title;
  if (video_id) return getMessage("download_untitled", video_id);
  return list ? getMessage("download_untitled_list", list.list_id) : id;
}

/**
 * A word or two.
 * @param {Download} download
 */
export function stateOf({ state }) {
  return getMessage(`download_state_${state.replaceAll("-", "_")}`) || getMessage("download_state_unknown");
}

/**
 * State, progress and numbers in one line.
 * @param {Download} download
 */
export function summaryOf(download) {
  const { state, progress, error, list } = download;
  const parts = [];
  if (state === "downloading") parts.push(progressParts(progress).join(", "));
  else if (state === "failed" && error) parts.push(getMessage("download_failed_because", problemText(error)));
  else parts.push(stateOf(download));
  if (state === "done" && progress.bytes) parts.push(formatBytes(progress.bytes));
  if (list) {
    const { done, failed, videos } = list;
    const key = videos > 0 ? "download_list_count" : "download_list_some";
    parts.push(getMessage(key, String(done), String(videos)));
    if (failed > 0) parts.push(getMessage("download_list_failed", String(failed)));
  }
  return parts.join(" · ");
}

/**
 * @param {import("../../types/messages.js").DownloadProgress} progress
 */
function progressParts({ permille, bytes = 0, total, speed, eta }) {
  const parts = [];
  if (permille === undefined) parts.push(bytes > 0 ? formatBytes(bytes) : getMessage("download_state_downloading"));
  else if (total === undefined) parts.push(formatPermille(permille));
  else parts.push(getMessage("download_size_of", formatPermille(permille), formatBytes(total)));
  if (speed !== undefined) parts.push(formatSpeed(speed));
  if (eta !== undefined) parts.push(getMessage("download_left", formatDuration(eta)));
  return parts;
}
