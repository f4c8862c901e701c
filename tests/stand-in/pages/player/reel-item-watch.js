// Shorts: POST /youtubei/v1/reel/reel_item_watch, the player's request inside, the context at top level.
import { askInnertube, context, playerRequest } from "./innertube.js";

/** @type {import("./requests.js").Send} */
export function sendReelItemWatch(step, playing) {
  return askInnertube(step, playing, "reel/reel_item_watch", {
    context: context(playing),
    playerRequest: playerRequest(step, playing),
    params: "CAUwAg%3D%3D",
    disablePlayerResponse: false,
  });
}
