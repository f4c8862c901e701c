// Moving from video to video on www: POST /youtubei/v1/get_watch, the player's request inside, the context at top level.
import { askInnertube, context, playerRequest } from "./innertube.js";

/** @type {import("./requests.js").Send} */
export function sendGetWatch(step, playing) {
  return askInnertube(step, playing, "get_watch", {
    context: context(playing),
    playerRequest: playerRequest(step, playing),
    watchNextRequest: { videoId: playing.video.id, racyCheckOk: false, contentCheckOk: false },
  });
}
