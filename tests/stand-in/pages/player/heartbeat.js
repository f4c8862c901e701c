// What the player tells and asks while a video plays, without a token: POST /youtubei/v1/player/heartbeat and …/ad_break.
import { askInnertube, context } from "./innertube.js";

/** A sign of life of a live stream. @type {import("./requests.js").Send} */
export function sendHeartbeat(step, playing) {
  return askInnertube(step, playing, "player/heartbeat", {
    videoId: playing.video.id,
    sequenceNumber: playing.mediaRequests,
    context: context(playing),
    cpn: playing.cpn,
    heartbeatRequestParams: { heartbeatChecks: ["HEARTBEAT_CHECK_TYPE_LIVE_STREAM_STATUS"] },
    serviceIntegrityDimensions: {},
  });
}

/** Asks for the ads of a break. @type {import("./requests.js").Send} */
export function sendAdBreak(step, playing) {
  return askInnertube(step, playing, "player/ad_break", {
    context: context(playing),
    params: "CAE%3D",
    breakPositionMs: String(Math.round(playing.playedMs())),
    clientPlaybackNonce: playing.cpn,
    driftFromHeadMs: "0",
    breakIndex: "0",
    adBlock: 0,
  });
}
