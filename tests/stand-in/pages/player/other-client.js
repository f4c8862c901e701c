// A player request that another extension sends in the page, in the name of another client.
import { send } from "./send.js";

/** @type {Record<NonNullable<import("./script.js").Step["client"]>, { number: number, client: Record<string, unknown> }>} */
const CLIENTS = {
  ANDROID: {
    number: 3,
    client: { clientName: "ANDROID", clientVersion: "21.30.209", androidSdkVersion: 30, osName: "Android", osVersion: "11" },
  },
  WEB_CREATOR: { number: 62, client: { clientName: "WEB_CREATOR", clientVersion: "1.20260911.01.00" } },
};

/**
 * @param {import("./script.js").Step} step
 * @param {import("./playing.js").Playing} playing
 * @param {NonNullable<import("./script.js").Step["client"]>} name
 */
export function sendAsOtherClient(step, { page, video, mint }, name) {
  const { number, client } = CLIENTS[name];
  const poToken = mint.token(step.token, video.id, name);
  return send(step, {
    method: "POST",
    url: "/youtubei/v1/player?prettyPrint=false",
    headers: {
      "Content-Type": "application/json",
      "X-Youtube-Client-Name": String(number),
      "X-Youtube-Client-Version": String(client["clientVersion"]),
    },
    payload: JSON.stringify({
      context: { client: { ...client, hl: "en", visitorData: page.ytcfg.VISITOR_DATA } },
      videoId: video.id,
      racyCheckOk: true,
      serviceIntegrityDimensions: poToken === undefined ? {} : { poToken },
    }),
  });
}
