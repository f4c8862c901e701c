// Reports of playback: /api/stats/REPORT, which names the video of a cpn.
import { send } from "./send.js";
import { query } from "./media-host.js";

/** @type {import("./requests.js").Send} */
export function sendStats(step, { page, video, cpn, playedMs }) {
  const at = (playedMs() / 1000).toFixed(3);
  const url = `/api/stats/${step.report ?? "playback"}?${query([
    ["ns", "yt"],
    ["el", page.embedded ? "embedded" : "detailpage"],
    ["cpn", cpn],
    ["ver", "2"],
    ["cmt", at],
    ["fmt", "397"],
    ["docid", video.id],
    ["ei", page.clientScreenNonce],
    ["c", String(page.ytcfg.INNERTUBE_CONTEXT.client["clientName"])],
    ["cver", page.ytcfg.INNERTUBE_CONTEXT_CLIENT_VERSION],
    ["len", String(video.seconds)],
  ])}`;
  if (step.method !== "POST" && step.carrier !== "beacon") return send(step, { method: "GET", url });
  return send(step, { method: "POST", url, payload: query([["vps", `${at}:PL`], ["bwm", `${at}:5:0.020`]]) });
}
