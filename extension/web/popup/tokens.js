// The tokens that the popup lists.

import { saysMore } from "../certainty.js";

/** @typedef {import("../journal.js").Entry} Entry */
/** @typedef {import("../../types/messages.js").TokenInfo} TokenInfo */
/** @typedef {{info: TokenInfo, entry?: Entry}} Shown A token, and the journal's entry if this browser captured it. */

/**
 * Those that this browser captured and those that the host has, the newest first. A private window lists those of
 * private windows, another one those of the others.
 * @param {Entry[]} journal
 * @param {TokenInfo[]} stored
 * @param {boolean} isPrivate
 * @returns {Shown[]}
 */
export function shownTokens(journal, stored, isPrivate) {
  /** @type {Map<string, Shown>} */
  const all = new Map();
  for (const entry of journal) {
    const { token: info } = entry;
    if (info && isOf(info, isPrivate)) all.set(info.fingerprint, { info, entry });
  }
  for (const info of stored.filter((info) => isOf(info, isPrivate)).toReversed()) {
    const known = all.get(info.fingerprint);
    if (!known || isBetter(info, known.info)) all.set(info.fingerprint, { info, entry: known?.entry });
  }
  return [...all.values()]
    .filter(({ info }) => info.expires_at > Date.now())
    .sort((a, b) => b.info.captured_at - a.info.captured_at);
}

/**
 * @param {TokenInfo} info
 * @param {boolean} isPrivate
 */
function isOf(info, isPrivate) {
  return (info.private === true) === isPrivate;
}

/**
 * Whether the host's word on a token is the better one: it may know the video of another request, and it may have one
 * token for more than one kind of request.
 * @param {TokenInfo} host
 * @param {TokenInfo} known
 */
function isBetter(host, known) {
  return saysMore(host, known) || (!saysMore(known, host) && known.captured_at < host.captured_at);
}
