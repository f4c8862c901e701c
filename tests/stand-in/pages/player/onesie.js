// The first media and the player's answer in one: POST /initplayback?…&id=HEX16, with a protobuf body.
import { send } from "./send.js";
import { abrState, added, hexId, mediaUrl, opaque, query, streamerContext } from "./media-host.js";
import { message } from "./protobuf.js";

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
 * It only opens a connection to the media host.
 * @type {import("./requests.js").Send}
 */
export function sendOnesieWarmUp(step, { page }) {
  const number = String(Math.floor(Math.random() * 100_000));
  const client = String(page.ytcfg.INNERTUBE_CONTEXT.client["clientName"]);
  const url = mediaUrl(`/initplayback?${query([["source", "youtube"], ["oeis", "1"], ["c", client], ["id", number]])}`);
  return send(step, { method: "GET", url });
}
