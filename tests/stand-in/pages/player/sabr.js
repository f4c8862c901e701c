// Media by SABR: POST /videoplayback?…&sabr=1, all of the wish in a protobuf body.
import { send } from "./carry.js";
import { abrState, added, buffered, given, mediaUrl, opaque, preferred, query, streamerContext } from "./media-host.js";
import { message } from "./protobuf.js";

/**
 * Without a content type, as a typed array has none: the browser then asks nothing ahead.
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
