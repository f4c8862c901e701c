// Which token requests of programs the user accepts.

import { isFirefox } from "../browser-family.js";
import { onDemandSettings } from "../storage.js";

/** The limits that can be chosen. */
export const LIMIT = { least: 1, usual: 20, most: 1000 };

/** The programs that can be switched off one by one, and all that have another name. */
export const CLIENTS = ["yt-dlp", "serve", "get", "download"];
export const OTHERS = "others";

/**
 * `accept`: whether programs may request tokens at all; undefined if the user has not answered. `limit`: the most videos that
 * are opened in an hour. `raise`: whether a small window may take the focus: until it has played if nobody can see it, and in
 * Firefox for a tenth of a second. `refusedClients`: the programs that may not ask.
 * @typedef {{accept?: boolean, limit: number, raise: boolean, refusedClients: string[]}} OnDemandSettings
 */

/**
 * @returns {Promise<OnDemandSettings>}
 */
export async function readSettings() {
  return { limit: LIMIT.usual, raise: isFirefox(), refusedClients: [], ...(await onDemandSettings.get()) };
}

/**
 * The name under which a program is switched off.
 * @param {string} client
 */
function switchOf(client) {
  return CLIENTS.includes(client) ? client : OTHERS;
}

/**
 * Whether this program was not switched off.
 * @param {OnDemandSettings} settings
 * @param {string} client
 */
export function mayAsk({ refusedClients }, client) {
  return !refusedClients.includes(switchOf(client));
}

/**
 * A whole number that can be the limit; the former one if this is no number.
 * @param {number} number
 * @param {number} former
 */
export function limitFrom(number, former) {
  if (!Number.isFinite(number)) return former;
  return Math.min(LIMIT.most, Math.max(LIMIT.least, Math.round(number)));
}
