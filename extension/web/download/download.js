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
 * What the popup asks of the background script. `login`: a retry with the user's login, once the browser permits it.
 * @typedef {{
 *   type: "download/start", target: Target, preset: Preset, subtitles: boolean, playlist: boolean,
 *   tab?: number, session?: import("./session.js").DownloadSession,
 * } | {type: "download/action", id: string, action: Action, login?: boolean}} PopupRequest
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
 * What a list tells apart, in the order in which it shows them.
 * @typedef {"running" | "failed" | "waiting" | "finished"} Group
 */

/** @type {Group[]} */
export const GROUPS = ["running", "failed", "waiting", "finished"];

/**
 * @param {Download} download
 * @returns {Group}
 */
export function groupOf(download) {
  if (download.state === "queued") return "waiting";
  if (download.state === "failed") return "failed";
  return isFinal(download) ? "finished" : "running";
}

/**
 * By their groups. Those that wait are in the order in which they begin, the others with the newest first.
 * @param {Download[]} downloads
 */
export function inOrder(downloads) {
  return downloads.toSorted((a, b) => {
    const groups = [GROUPS.indexOf(groupOf(a)), GROUPS.indexOf(groupOf(b))];
    if (groups[0] !== groups[1]) return groups[0] - groups[1];
    const newestFirst = b.asked_at - a.asked_at || (a.id < b.id ? 1 : -1);
    return groupOf(a) === "waiting" ? -newestFirst : newestFirst;
  });
}
