// A download in words.

import { formatBytes, formatDuration, formatPermille, formatSpeed, getMessage } from "../i18n.js";

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
 * State, or progress in numbers, in one line.
 * @param {Download} download
 */
export function summaryOf(download) {
  const { state, progress, list } = download;
  const parts = state === "downloading" ? progressParts(progress) : [stateOf(download)];
  if (list) {
    const { done, failed, videos } = list;
    const key = videos > 0 ? "download_list_count" : "download_list_some";
    parts.push(getMessage(key, String(done), String(videos)));
    if (failed > 0) parts.push(getMessage("download_list_failed", String(failed)));
  }
  return parts.join(" · ");
}

/**
 * How far it is, and how long it still takes.
 * @param {import("../../types/messages.js").DownloadProgress} progress
 */
function progressParts({ permille, bytes = 0, eta }) {
  const parts = [];
  if (permille !== undefined) parts.push(formatPermille(permille));
  else parts.push(bytes > 0 ? formatBytes(bytes) : getMessage("download_state_downloading"));
  if (eta !== undefined) parts.push(getMessage("download_left", formatDuration(eta)));
  return parts;
}

/**
 * Size and speed, for those who point at the line.
 * @param {Download} download
 */
export function detailOf({ state, progress: { bytes, total, speed } }) {
  if (state === "done" && bytes > 0) return formatBytes(bytes);
  if (state !== "downloading" || total === undefined) return "";
  const size = getMessage("download_size_of", formatBytes(bytes), formatBytes(total));
  return speed === undefined ? size : `${size} · ${formatSpeed(speed)}`;
}
