// A token request: a program on this computer wants the token of a video.

/** The host gets an answer so long before it stops waiting. */
const MARGIN_MS = 300;

/**
 * The host's message, and when it came and must be answered: `since` and `until`, in milliseconds since 1970.
 * @typedef {{
 *   id: string, video_id: string, music: boolean, container?: string, client: string, bypass_cache: boolean,
 *   since: number, until: number,
 * }} TokenRequest
 *
 * @typedef {{
 *   type: "wanted", id: string, video_id: string, music: boolean, container?: string, within: number,
 *   asker: string, anew: boolean,
 * }} Message
 */

/**
 * @param {Message} message
 * @returns {TokenRequest}
 */
export function tokenRequestFrom({ id, video_id, music, container, within, asker, anew }) {
  const since = Date.now();
  const until = since + Math.max(0, within - MARGIN_MS);
  return { id, video_id, music, container, client: asker, bypass_cache: anew, since, until };
}

/**
 * The address that is opened for a token request.
 * @param {Pick<TokenRequest, "video_id" | "music">} request
 */
export function watchUrl({ video_id, music }) {
  return `https://${music ? "music" : "www"}.youtube.com/watch?v=${video_id}`;
}
