// Downloads: the types, and what can be said of one.

/**
 * @typedef {import("../../types/messages.js").Action} Action
 * @typedef {import("../../types/messages.js").Download} Download
 * @typedef {import("../../types/messages.js").Preset} Preset
 */

/**
 * A video, a playlist, or a video of a playlist.
 * @typedef {import("../observer.js").Page} Target
 *
 * What the popup asks of the background script.
 * @typedef {{
 *   type: "download/start", target: Target, preset: Preset, subtitles: boolean, playlist: boolean,
 *   tab?: number, session?: import("./session.js").DownloadSession,
 * } | {type: "download/action", id: string, action: Action}} PopupRequest
 */

/** @type {Record<Preset, true>} A preset that Rust knows and this lacks is a type error. */
const ALL_PRESETS = { best: true, "1080p": true, "720p": true, "480p": true, "360p": true, audio: true };

/** The forms of a download, the best first. */
export const PRESETS = /** @type {Preset[]} */ (Object.keys(ALL_PRESETS));

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
    (a, b) => Number(isFinal(a)) - Number(isFinal(b)) || b.asked_at - a.asked_at || (a.id < b.id ? 1 : -1),
  );
}
