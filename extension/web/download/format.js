// How a download stands, in words.

import { say } from "../i18n.js";

/** @typedef {import("./messages.js").Download} Download */

const percent = new Intl.NumberFormat(undefined, { style: "percent" });
const STEPS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * @param {Download} download
 */
export function titleOf({ title, video_id, list, job }) {
  if (title) return title;
  if (video_id) return say("download_untitled", video_id);
  return list ? say("download_untitled_list", list.list_id) : job;
}

/**
 * A word or two.
 * @param {Download} download
 */
export function stateOf({ state }) {
  return say(`download_state_${state.replaceAll("-", "_")}`) || say("download_state_unknown");
}

/**
 * All there is to say of it in one line.
 * @param {Download} download
 */
export function standing(download) {
  const { state, progress = {}, error, list } = download;
  const parts = [];
  if (state === "downloading") parts.push(loading(progress).join(", "));
  else if (state === "failed" && error) parts.push(say("download_failed_because", error.message));
  else parts.push(stateOf(download));
  if (state === "done" && progress.bytes) parts.push(size(progress.bytes));
  if (list) {
    const { done, failed, videos } = list;
    const of = videos > 0 ? "download_list_count" : "download_list_some";
    parts.push(say(of, String(done), String(videos)));
    if (failed > 0) parts.push(say("download_list_failed", String(failed)));
  }
  return parts.join(" · ");
}

/**
 * @param {import("./messages.js").Progress} progress
 */
function loading({ permille, bytes = 0, total, speed, eta }) {
  const parts = [];
  if (permille === undefined) parts.push(bytes > 0 ? size(bytes) : say("download_state_downloading"));
  else if (total === undefined) parts.push(percent.format(permille / 1000));
  else parts.push(say("download_size_of", percent.format(permille / 1000), size(total)));
  if (speed !== undefined) parts.push(size(speed, "-per-second"));
  if (eta !== undefined) parts.push(say("download_left", clock(eta)));
  return parts;
}

/**
 * @param {number} bytes
 * @param {string} [per]
 */
function size(bytes, per = "") {
  const step = Math.min(STEPS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  const maximumFractionDigits = value < 100 && step > 0 ? 1 : 0;
  const unit = STEPS[step] + per;
  return new Intl.NumberFormat(undefined, { style: "unit", unit, maximumFractionDigits }).format(value);
}

/**
 * `0:12`, `1:02:30`.
 * @param {number} seconds
 */
function clock(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ number) => String(Math.floor(number)).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
