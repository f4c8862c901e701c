// Media by SABR: POST /videoplayback?…&sabr=1, with a protobuf body.
import { send } from "./send.js";
import {
  abrState,
  added,
  buffered,
  given,
  mediaUrl,
  opaque,
  preferred,
  query,
  redirectedUrl,
  streamerContext,
} from "./media-host.js";
import { message } from "./protobuf.js";
import { anyToken, tokenBytes } from "./token.js";

/** @typedef {import("./protobuf.js").Field} Field */

/**
 * A typed array has no content type, so the browser sends no preflight.
 * @type {import("./requests.js").Send}
 */
export async function sendSabr(step, playing) {
  const url = mediaUrl(`/videoplayback?${query([...given(step, playing), ["sabr", "1"], ...added(playing)])}`, step);
  const payload = message(fields(step, playing));
  const answer = await send(step, { method: "POST", url, payload });
  return step.redirected ? send(step, { method: "POST", url: redirectedUrl(url), payload }) : answer;
}

/**
 * @param {import("./script.js").Step} step
 * @param {import("./playing.js").Playing} playing
 * @returns {Field[]}
 */
function fields(step, playing) {
  /** @type {Field[]} */
  const state = [[1, abrState(playing)], ...buffered(playing), [4, Math.round(playing.playedMs())], [5, opaque()], ...preferred()];
  /** @type {Field} */
  const context = [19, streamerContext(step, playing)];
  switch (step.form) {
    case null:
      return [...state, context];
    case "twice":
      return [...state, [19, [[2, tokenBytes(anyToken())]]], context];
    case "context-last":
      return [...state, [22, 0], [23, 0], [24, [[1, 1]]], context];
    case "large-numbers":
      return [[1000, opaque()], [40_000, 1], ...state, context];
    case "empty-context":
      return [[1, abrState(playing)], [4, Math.round(playing.playedMs())], [5, opaque()], [19, []], [40, opaque().slice(0, 16)]];
  }
}
