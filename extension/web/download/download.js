// Downloads: the types, and what can be said of one.

/**
 * @typedef {import("../messages.js").Notice} Problem
 *
 * @typedef {(typeof PRESETS)[number]} Preset
 *
 * @typedef {{
 *   name: string, value: string, domain: string, path: string, secure: boolean, http_only: boolean, expires?: number,
 * }} Cookie
 *
 * @typedef {{
 *   video_id?: string, list_id?: string, music: boolean, preset: Preset, subtitles: boolean,
 *   session: {profile: string, container?: string}, cookies?: Cookie[],
 * }} DownloadRequest
 *
 * @typedef {"queued" | "waiting-for-token" | "starting" | "downloading" | "processing" | "done" | "failed"
 *   | "cancelled" | "unknown"} State
 *
 * @typedef {{permille?: number, bytes?: number, total?: number, speed?: number, eta?: number}} Progress
 *
 * @typedef {{
 *   job: string, video_id?: string, list?: {list_id: string, videos: number, done: number, failed: number},
 *   title?: string, preset: Preset, subtitles: boolean, state: State, progress?: Progress, file?: string,
 *   notices?: Problem[], error?: Problem, asked_at: number, at: number,
 * }} Download
 *
 * @typedef {"cancel" | "retry" | "open" | "show" | "forget"} Action
 *
 * @typedef {{type: "downloads", problem?: Problem, dir: string, downloads: Download[]}
 *   | {type: "download", download: Download}
 *   | {type: "started", id: string, job: string}
 *   | {type: "error", id?: string, code: string, message: string}} FromHost
 *
 * A video, a playlist, or a video of a playlist.
 * @typedef {{videoId?: string, listId?: string, music: boolean}} Target
 *
 * What the popup asks of the background script.
 * @typedef {{
 *   type: "download/start", target: Target, preset: Preset, subtitles: boolean, playlist: boolean,
 *   tab?: number, container?: string,
 * } | {type: "download/action", id: string, action: Action}} PopupRequest
 */

/** The forms of a download, the best first. */
export const PRESETS = /** @type {const} */ (["best", "1080p", "720p", "480p", "360p", "audio"]);

/**
 * Whether nothing will change any more.
 * @param {Download} download
 */
export function isFinal({ state }) {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** @type {Record<Action, (download: Download) => boolean>} When each can be done. */
const POSSIBLE = {
  cancel: (download) => !isFinal(download),
  retry: ({ state }) => state === "failed" || state === "cancelled",
  open: ({ state, file }) => state === "done" && file !== undefined,
  show: ({ state, file }) => state === "done" && file !== undefined,
  forget: isFinal,
};

export const ACTIONS = /** @type {Action[]} */ (Object.keys(POSSIBLE));

/**
 * What can be done with a download.
 * @param {Download} download
 */
export function actionsOf(download) {
  return ACTIONS.filter((action) => POSSIBLE[action](download));
}

/**
 * Those under way first, and then the newest.
 * @param {Download[]} downloads
 */
export function inOrder(downloads) {
  return downloads.toSorted(
    (a, b) => Number(isFinal(a)) - Number(isFinal(b)) || b.asked_at - a.asked_at || (a.job < b.job ? 1 : -1),
  );
}
