// One playback of one video.
import { newCpn } from "./random.js";

/** @typedef {import("../page/page-data.js").PageData} PageData */
/** @typedef {import("../page/page-data.js").Video} Video */
/** @typedef {import("../page/playback.js").Playback} Playback */
/** @typedef {import("./token.js").Mint} Mint */

/**
 * @typedef {object} Playing
 * @property {PageData} page
 * @property {Mint} mint
 * @property {Video} video
 * @property {string} cpn
 * @property {string} referer the page before
 * @property {string} serverId the video's id in media URLs
 * @property {number} requestNumber `rn` of the last request to the media hosts
 * @property {number} mediaRequests the number of media requests that were answered
 * @property {boolean} reloaded whether it replaces another playback of the same video in place
 * @property {() => number} playedMs the moment that it plays
 * @property {() => number} fetchedMs the length of what was fetched
 */

/**
 * @param {Pick<Playing, "page" | "mint" | "video" | "referer">} about
 * @param {Playback} playback
 * @returns {Playing}
 */
export function newPlaying(about, playback) {
  return {
    ...about,
    cpn: newCpn(),
    serverId: `o-A${newCpn()}${newCpn()}`,
    requestNumber: about.page.firstRequestNumber - 1,
    mediaRequests: 0,
    reloaded: false,
    playedMs: () => playback.playedMs,
    fetchedMs: () => playback.fetchedMs,
  };
}
