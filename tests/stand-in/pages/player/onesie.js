// The first media and the player's answer in one: POST /initplayback?…&id=HEX16, with a protobuf body.
import { send } from "./send.js";
import { abrState, added, mediaUrl, opaque, query, streamerContext } from "./media-host.js";
import { message } from "./protobuf.js";
import { tokenBytes } from "./token.js";

/** @type {import("./requests.js").Send} */
export function sendOnesie(step, playing) {
  const client = String(playing.page.ytcfg.INNERTUBE_CONTEXT.client["clientName"]);
  const url = mediaUrl(
    `/initplayback?${query([
      ["source", "youtube"],
      ["oeis", "1"],
      ["c", client],
      ["oad", "3200"],
      ["id", hexId(playing.video.id)],
      ...added(playing),
    ])}`,
  );
  const payload = message([
    [2, abrState(playing)],
    // The player request inside is encrypted.
    [3, [[2, opaque()], [5, opaque()], [6, opaque().slice(0, 16)]]],
    [4, opaque()],
    [10, streamerContext(step, playing)],
  ]);
  return send(step, { method: "POST", url, payload });
}

/**
 * The video id's eight bytes in hexadecimal.
 * @param {string} videoId
 */
function hexId(videoId) {
  return Array.from(tokenBytes(videoId), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
