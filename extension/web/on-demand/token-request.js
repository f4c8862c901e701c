// A token request: a program on this computer wants the token of a video.

/** How long before the host stops waiting it gets its answer. */
const MARGIN_MS = 300;

/**
 * @typedef {Extract<import("../../types/messages.js").FromHost, {type: "token-request"}>} Message
 *
 * The host's message, and when it came and must be answered: `since` and `until`, in milliseconds since 1970.
 * @typedef {Omit<Message, "type" | "timeout_ms"> & {since: number, until: number}} TokenRequest
 */

/**
 * @param {Message} message
 * @returns {TokenRequest}
 */
export function tokenRequestFrom({ id, video_id, music, container, client, bypass_cache, allowed, timeout_ms }) {
  const since = Date.now();
  const until = since + Math.max(0, timeout_ms - MARGIN_MS);
  // A host of an earlier version says nothing of it, which is no consent.
  return { id, video_id, music, container, client, bypass_cache, allowed: allowed === true, since, until };
}

/** The client of a request that the user made with a button. */
export const USER = "popup";
/** So long the user's own request waits. */
const USER_WAITS_MS = 60_000;
let requests = 0;

/**
 * The user wants a new token for a video.
 * @typedef {{type: "on-demand/renew", video_id: string, music: boolean, container?: string}} Renewal
 *
 * Or what the popup asks for besides: "not now", to the question whether programs may have videos opened.
 * @typedef {Renewal | {type: "on-demand/not-now"}} PopupRequest
 *
 * @param {Renewal} message
 * @returns {TokenRequest}
 */
export function requestOfUser({ video_id, music, container }) {
  const since = Date.now();
  requests += 1;
  const id = `${USER}/${since}/${requests}`;
  const until = since + USER_WAITS_MS;
  return { id, video_id, music, container, client: USER, bypass_cache: true, allowed: false, since, until };
}

/**
 * The address that is opened for a token request.
 * @param {Pick<TokenRequest, "video_id" | "music">} request
 */
export function watchUrl({ video_id, music }) {
  return `https://${music ? "music" : "www"}.youtube.com/watch?v=${video_id}`;
}
