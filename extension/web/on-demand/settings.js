// Which token requests of programs the user accepts.

import { isFirefox } from "../browser-family.js";
import { onDemandSettings } from "../storage.js";

/** The limits that can be chosen. */
export const LIMIT = { least: 1, most: 1000 };

/**
 * `accept`: whether programs may request tokens at all. `limit`: the most videos that are opened in an hour. `raise`:
 * whether a small window may take the focus: until it has played if nobody can see it, and in Firefox for a tenth of a second.
 * @typedef {{accept: boolean, limit: number, raise: boolean}} OnDemandSettings
 */

/**
 * @returns {Promise<OnDemandSettings>}
 */
export async function readSettings() {
  return { accept: true, limit: 20, raise: isFirefox(), ...(await onDemandSettings.get()) };
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
