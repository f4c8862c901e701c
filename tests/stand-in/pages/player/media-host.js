// What the requests to the media hosts share.
import { randomBytes } from "./random.js";
import { carriedBytes, tokenBytes } from "./token.js";

/** @typedef {import("./playing.js").Playing} Playing */
/** @typedef {import("./protobuf.js").Field} Field */
/** @typedef {import("./script.js").Step} Step */

/** The first name of the usual media host, and of the one that it passes requests on to. */
const USUAL = "rr1---sn-standin";
const OTHER = "rr5---sn-standin2";

/** A plausible lifetime of a media URL, in seconds. */
const GOOD_FOR = 21_600;

/** The ids of the formats 140 (sound) and 397 (picture). */
const AUDIO = format(140);
const VIDEO = format(397);

/** @param {number} itag @returns {Field[]} */
function format(itag) {
  return [[1, itag], [2, 1_776_783_301_223_201]];
}

/**
 * @param {string} path
 * @param {Step} [step]
 */
export function mediaUrl(path, step) {
  return `https://${USUAL}.${step?.media_host ?? "googlevideo.com"}${path}`;
}

/** The address to which a media host passes a request on. @param {string} url */
export function redirectedUrl(url) {
  return `${url.replace(USUAL, OTHER)}&cms_redirect=yes&redirect_counter=1`;
}

/**
 * The part of a media URL that the server gives.
 * @param {Step} step
 * @param {Playing} playing
 * @returns {[string, string][]}
 */
export function given(step, { page, serverId, video }) {
  /** @type {Record<NonNullable<Step["media_id"]>, [string, string][]>} */
  const ids = {
    // It is not the video's.
    opaque: [["id", serverId], ["source", "youtube"]],
    live: [["id", `${video.id}.1`], ["source", "yt_live_broadcast"], ["live", "1"]],
    hex: [["id", hexId(video.id)], ["playlist_type", "DVR"], ["source", "youtube"]],
  };
  return [
    ["expire", String(Math.floor(page.openedAt / 1000) + GOOD_FOR)],
    ["ei", page.clientScreenNonce],
    ["ip", "203.0.113.7"],
    ...ids[step.media_id ?? "opaque"],
    ["requiressl", "yes"],
    ["c", String(page.ytcfg.INNERTUBE_CONTEXT.client["clientName"])],
    ["n", page.clientScreenNonce.slice(0, 14)],
  ];
}

/**
 * The part that the player adds.
 * @param {Playing} playing
 * @returns {[string, string][]}
 */
export function added(playing) {
  playing.requestNumber += 1;
  return [
    ["cpn", playing.cpn],
    ["cver", playing.page.ytcfg.INNERTUBE_CONTEXT_CLIENT_VERSION],
    ["rn", String(playing.requestNumber)],
  ];
}

/** @param {[string, string][]} pairs */
export function query(pairs) {
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

/**
 * The screen, the bandwidth and the position in the video (`client_abr_state`).
 * @param {Playing} playing
 * @returns {Field[]}
 */
export function abrState({ playedMs }) {
  return [[18, innerWidth], [19, innerHeight], [23, 4_200_000], [28, Math.round(playedMs())], [34, document.hidden ? 0 : 1]];
}

/** The buffered parts (`buffered_ranges`), in segments of a second. @param {Playing} playing @returns {Field[]} */
export function buffered({ fetchedMs }) {
  const fetched = fetchedMs();
  if (fetched === 0) return [];
  return [AUDIO, VIDEO].map((id) => [3, [[1, id], [2, 0], [3, fetched], [4, 1], [5, Math.ceil(fetched / 1000)]]]);
}

/** The preferred formats (`preferred_audio_format_ids`, `preferred_video_format_ids`). @returns {Field[]} */
export function preferred() {
  return [[16, AUDIO], [17, VIDEO]];
}

/** Bytes that only the server could read. */
export function opaque() {
  return randomBytes(48);
}

/**
 * The client, and the token as bytes (`streamer_context`).
 * @param {Step} step
 * @param {Playing} playing
 * @returns {Field[]}
 */
export function streamerContext(step, { page, video, mint }) {
  const { INNERTUBE_CONTEXT_CLIENT_NAME: name, INNERTUBE_CONTEXT_CLIENT_VERSION: version } = page.ytcfg;
  const poToken = mint.token(step.token, video.id);
  /** @type {Field[]} */
  const token = poToken === undefined ? [] : [[2, carriedBytes(poToken)]];
  return [[1, [[16, name], [17, version], [18, "X11"]]], ...token, [3, opaque()]];
}

/**
 * The video id's eight bytes in hexadecimal.
 * @param {string} videoId
 */
export function hexId(videoId) {
  return Array.from(tokenBytes(videoId), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
