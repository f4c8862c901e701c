// Every kind of request.
import { sendGetWatch } from "./get-watch.js";
import { sendAdBreak, sendHeartbeat } from "./heartbeat.js";
import { sendPlayer } from "./innertube.js";
import { sendMediaUrl } from "./media-url.js";
import { sendOnesie, sendOnesieWarmUp } from "./onesie.js";
import { sendReelItemWatch } from "./reel-item-watch.js";
import { sendSabr } from "./sabr.js";
import { sendStats } from "./stats.js";
import { sendTimedtext } from "./timedtext.js";

/** @typedef {import("./playing.js").Playing} Playing */
/** @typedef {import("./script.js").RequestWord} RequestWord */
/** @typedef {import("./script.js").Step} Step */
/** @typedef {(step: Step, playing: Playing) => Promise<import("./send.js").Answer>} Send */

/** @type {Record<RequestWord, { send: Send, carriesToken: boolean }>} */
export const requests = {
  player: { send: sendPlayer, carriesToken: true },
  "get-watch": { send: sendGetWatch, carriesToken: true },
  "reel-item-watch": { send: sendReelItemWatch, carriesToken: true },
  sabr: { send: sendSabr, carriesToken: true },
  "media-url": { send: sendMediaUrl, carriesToken: true },
  onesie: { send: sendOnesie, carriesToken: true },
  "onesie-warm-up": { send: sendOnesieWarmUp, carriesToken: false },
  heartbeat: { send: sendHeartbeat, carriesToken: false },
  "ad-break": { send: sendAdBreak, carriesToken: false },
  timedtext: { send: sendTimedtext, carriesToken: true },
  stats: { send: sendStats, carriesToken: false },
};
