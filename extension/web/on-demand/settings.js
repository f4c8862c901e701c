// Which token requests of programs the user accepts.

import { onDemandSettings } from "../storage.js";

/** The limits that can be chosen. */
export const LIMIT = { least: 1, most: 1000 };

/**
 * `accept`: whether programs may request tokens at all. `limit`: the most videos that are opened in an hour. `raise`:
 * whether a small window that nobody can see may come to the front until it has played.
 * @typedef {{accept: boolean, limit: number, raise: boolean}} OnDemandSettings
 */

/**
 * @returns {Promise<OnDemandSettings>}
 */
export async function readSettings() {
  return { accept: true, limit: 60, raise: false, ...(await onDemandSettings.get()) };
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
