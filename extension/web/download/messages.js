// The messages of downloads. docs/PROTOCOL.md describes them; protocol/ in the source defines them.

/**
 * @typedef {import("../messages.js").Notice} Notice
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
 * }} Ask
 *
 * @typedef {"queued" | "waiting-for-token" | "starting" | "downloading" | "processing" | "done" | "failed"
 *   | "cancelled" | "unknown"} State
 *
 * @typedef {{permille?: number, bytes?: number, total?: number, speed?: number, eta?: number}} Progress
 *
 * @typedef {{
 *   job: string, video_id?: string, list?: {list_id: string, videos: number, done: number, failed: number},
 *   title?: string, preset: Preset, subtitles: boolean, state: State, progress?: Progress, file?: string,
 *   notices?: Notice[], error?: Notice, asked_at: number, at: number,
 * }} Download
 *
 * @typedef {"cancel" | "retry" | "open" | "show" | "forget"} Act
 *
 * @typedef {{type: "downloads", problem?: Notice, dir: string, downloads: Download[]}
 *   | {type: "download", download: Download}
 *   | {type: "started", id: string, job: string}
 *   | {type: "error", id?: string, code: string, message: string}} FromHost
 *
 * What the background script shows of downloads, and the popup draws. `troubles` are what the host said of acts, by job.
 * @typedef {{problem?: Notice, dir: string, downloads: Download[], troubles: Record<string, string>}} Shown
 *
 * A video, a playlist, or a video of a playlist.
 * @typedef {{videoId?: string, listId?: string, music: boolean}} Target
 *
 * Whose session a download is for, in the browser's words.
 * @typedef {{container?: string, store?: string}} Origin
 *
 * What the popup asks of the background script.
 * @typedef {{
 *   type: "download/start", target: Target, preset: Preset, subtitles: boolean, playlist: boolean,
 *   tab?: number, container?: string,
 * } | {type: "download/act", job: string, act: Act}} Request
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
