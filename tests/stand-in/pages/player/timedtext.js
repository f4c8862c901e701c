// Captions: GET /api/timedtext.
import { send } from "./send.js";
import { query } from "./media-host.js";

/** @type {import("./requests.js").Send} */
export function sendTimedtext(step, { page, video, mint }) {
  const poToken = mint.token(step.token, video.id);
  const { client } = page.ytcfg.INNERTUBE_CONTEXT;
  /** @type {[string, string][]} */
  const token = poToken === undefined ? [] : [["potc", "1"], ["pot", poToken]];
  const url = `/api/timedtext?${query([
    ["v", video.id],
    ["ei", page.clientScreenNonce],
    ["caps", "asr"],
    ["hl", "en"],
    ["ip", "0.0.0.0"],
    ["sparams", "ip,ipbits,expire,v,ei,caps"],
    ["key", "yt8"],
    ["lang", "en"],
    ...token,
    ["fmt", "json3"],
    ["xorb", "2"],
    ["c", String(client["clientName"])],
    ["cver", page.ytcfg.INNERTUBE_CONTEXT_CLIENT_VERSION],
    ["cplayer", "UNIPLAYER"],
  ])}`;
  return send(step, { method: "GET", url });
}
