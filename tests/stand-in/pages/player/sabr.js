// Media by SABR: POST /videoplayback?…&sabr=1, with a protobuf body.
import { send } from "./send.js";
import { abrState, added, buffered, given, mediaUrl, opaque, preferred, query, streamerContext } from "./media-host.js";
import { message } from "./protobuf.js";

/**
 * A typed array has no content type, so the browser sends no preflight.
 * @type {import("./requests.js").Send}
 */
export function sendSabr(step, playing) {
  const url = mediaUrl(`/videoplayback?${query([...given(playing), ["sabr", "1"], ...added(playing)])}`);
  const payload = message([
    [1, abrState(playing)],
    ...buffered(playing),
    [4, Math.round(playing.playedMs())],
    [5, opaque()],
    ...preferred(),
    [19, streamerContext(step, playing)],
  ]);
  return send(step, { method: "POST", url, payload });
}
