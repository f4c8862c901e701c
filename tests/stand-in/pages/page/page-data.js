// The data that the server wrote into the page.
import { byId } from "./elements.js";
import { newCpn } from "../player/random.js";

/**
 * @typedef {object} Video
 * @property {string} id
 * @property {string} title
 * @property {number} seconds
 * @property {string} [obstacle]
 */

/**
 * @typedef {object} Ad
 * @property {Video} video
 * @property {number | null} lasts_ms
 * @property {"ad" | "content"} player_names
 * @property {number} marked_after_ms
 * @property {number} unmarked_before_ms
 * @property {import("../player/script.js").Events} on
 */

/**
 * The configuration that the player reads.
 * @typedef {object} Configuration
 * @property {boolean} LOGGED_IN
 * @property {string} [DATASYNC_ID]
 * @property {string} VISITOR_DATA
 * @property {number} STS
 * @property {number} INNERTUBE_CONTEXT_CLIENT_NAME
 * @property {string} INNERTUBE_CONTEXT_CLIENT_VERSION
 * @property {{ client: Record<string, unknown> }} INNERTUBE_CONTEXT
 * @property {Record<string, { serializedExperimentFlags: string, isEmbed: boolean }>} WEB_PLAYER_CONTEXT_CONFIGS
 */

/**
 * @typedef {object} StandIn
 * @property {"www" | "mobile" | "music" | "no-cookie" | "studio"} site
 * @property {Video[]} videos
 * @property {number | null} autoplayAfterMs
 * @property {"present" | "absent" | "late"} playerApi
 * @property {number} moveTakesMs
 * @property {boolean} miniPlayer
 * @property {number | null} renewAfter
 * @property {number | null} reloadAfter
 * @property {number} firstRequestNumber
 * @property {boolean} visitorDataTakesTurns
 * @property {Ad | null} ad what plays before each video
 * @property {import("../player/script.js").Events} events
 * @property {import("../player/script.js").Events} previewEvents
 */

/**
 * @typedef {StandIn & {
 *   ytcfg: Configuration,
 *   embedded: boolean,
 *   boundToVideo: boolean,
 *   contentBinding: string,
 *   unplayableReason: string | undefined,
 *   clientScreenNonce: string,
 *   openedAt: number,
 * }} PageData
 */

/** @returns {PageData} */
export function readPage() {
  /** @type {StandIn} */
  const standIn = JSON.parse(byId("stand-in").textContent ?? "");
  /** @type {Configuration} */
  const ytcfg = Reflect.get(window, "ytcfg").data_;
  const [config] = Object.values(ytcfg.WEB_PLAYER_CONTEXT_CONFIGS);
  const flags = new URLSearchParams(config?.serializedExperimentFlags);
  return {
    ...standIn,
    ytcfg,
    embedded: config?.isEmbed ?? false,
    boundToVideo: flags.get("html5_generate_content_po_token") === "true",
    contentBinding: ytcfg.DATASYNC_ID ?? ytcfg.VISITOR_DATA,
    unplayableReason: unplayableReason(),
    clientScreenNonce: newCpn(),
    openedAt: Date.now(),
  };
}

/** Why the page's first video does not play, if it does not. */
function unplayableReason() {
  const { status, reason } = Reflect.get(window, "ytInitialPlayerResponse")?.playabilityStatus ?? {};
  return status === undefined || status === "OK" ? undefined : String(reason);
}
