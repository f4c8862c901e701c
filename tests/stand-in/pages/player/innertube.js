// The player's request to InnerTube, POST /youtubei/v1/player, and what other requests share with it.
import { sendAsOtherClient } from "./other-client.js";
import { newCpn } from "./random.js";
import { send } from "./send.js";

/** @typedef {import("./playing.js").Playing} Playing */
/** @typedef {import("./script.js").Step} Step */
/** @typedef {import("./send.js").Answer} Answer */

/**
 * @param {Step} step
 * @param {Playing} playing
 * @returns {Promise<Answer>}
 */
export function sendPlayer(step, playing) {
  if (step.client !== null) return sendAsOtherClient(step, playing, step.client);
  const { videoId, ...request } = playerRequest(step, playing);
  return askInnertube(step, playing, "player", { videoId, context: context(playing), ...request });
}

/**
 * @param {Step} step
 * @param {Playing} playing
 * @param {string} endpoint
 * @param {unknown} json
 * @returns {Promise<Answer>}
 */
export function askInnertube(step, playing, endpoint, json) {
  const { ytcfg } = playing.page;
  return send(step, {
    method: "POST",
    url: `/youtubei/v1/${endpoint}?prettyPrint=false`,
    headers: {
      "Content-Type": "application/json",
      "X-Goog-Visitor-Id": ytcfg.VISITOR_DATA,
      "X-Youtube-Client-Name": String(ytcfg.INNERTUBE_CONTEXT_CLIENT_NAME),
      "X-Youtube-Client-Version": ytcfg.INNERTUBE_CONTEXT_CLIENT_VERSION,
    },
    payload: JSON.stringify(json),
  });
}

/**
 * The client's context: most of a request's 4 KB.
 * @param {Playing} playing
 */
export function context({ page }) {
  const { INNERTUBE_CONTEXT: given } = page.ytcfg;
  return {
    ...given,
    client: {
      ...given.client,
      visitorData: visitorData(page),
      screenWidthPoints: innerWidth,
      screenHeightPoints: innerHeight,
      screenPixelDensity: Math.round(devicePixelRatio),
      screenDensityFloat: devicePixelRatio,
      utcOffsetMinutes: -new Date().getTimezoneOffset(),
      userInterfaceTheme: "USER_INTERFACE_THEME_LIGHT",
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      playerType: "UNIPLAYER",
      clientScreen: page.embedded ? "EMBED" : "WATCH_FULL_SCREEN",
    },
    clientScreenNonce: page.clientScreenNonce,
    adSignalsInfo: { params: adSignals() },
  };
}

/** The number of contexts so far. */
let contexts = 0;

/** The page's visitor data, in every second request without escapes if the page says so. @param {import("../page/page-data.js").PageData} page */
function visitorData({ ytcfg, visitorDataTakesTurns }) {
  contexts += 1;
  return visitorDataTakesTurns && contexts % 2 === 0 ? decodeURIComponent(ytcfg.VISITOR_DATA) : ytcfg.VISITOR_DATA;
}

/**
 * The video, and the token.
 * @param {Step} step
 * @param {Playing} playing
 */
export function playerRequest(step, { page, video, cpn, referer, mint, reloaded }) {
  const poToken = mint.token(step.token, video.id);
  return {
    videoId: video.id,
    playbackContext: {
      contentPlaybackContext: {
        html5Preference: "HTML5_PREF_WANTS",
        lactMilliseconds: String(Math.round(performance.now())),
        referer,
        signatureTimestamp: page.ytcfg.STS,
        autonavState: "STATE_ON",
        autoCaptionsDefaultOn: false,
        mdxContext: {},
        vis: document.hidden ? 10 : 0,
      },
      devicePlaybackCapabilities: { supportsVp9Encoding: true, supportXhr: true },
      ...(reloaded ? { reloadPlaybackContext: { reloadPlaybackParams: { token: newCpn() + newCpn() } } } : {}),
    },
    cpn,
    captionParams: {},
    ...(page.embedded ? { serializedThirdPartyEmbedConfig: "{}" } : {}),
    serviceIntegrityDimensions: poToken === undefined ? {} : { poToken },
  };
}

function adSignals() {
  const { width, height, availWidth, availHeight, colorDepth } = screen;
  /** @type {Record<string, string | number | boolean>} */
  const signals = {
    dt: Date.now(),
    flash: 0,
    frm: window.top === window ? 0 : 2,
    u_tz: -new Date().getTimezoneOffset(),
    u_his: history.length,
    u_h: height,
    u_w: width,
    u_ah: availHeight,
    u_aw: availWidth,
    u_cd: colorDepth,
    bc: 31,
    bih: innerHeight,
    biw: innerWidth,
    brdim: [screenX, screenY, screenX, screenY, availWidth, 0, outerWidth, outerHeight, innerWidth, innerHeight].join(),
    vis: document.hidden ? 2 : 1,
    wgl: true,
    ca_type: "image",
  };
  return Object.entries(signals).map(([key, value]) => ({ key, value: String(value) }));
}
