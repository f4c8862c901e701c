// The tokens that the popup lists.

/** @typedef {import("../journal.js").Entry} Entry */
/** @typedef {import("../../types/messages.js").TokenInfo} TokenInfo */
/** @typedef {{info: TokenInfo, entry?: Entry}} Shown A token, and the journal's entry if this browser captured it. */

/**
 * Those that this browser captured and those that the host has, the newest first.
 * @param {Entry[]} journal
 * @param {TokenInfo[]} stored
 * @returns {Shown[]}
 */
export function shownTokens(journal, stored) {
  /** @type {Map<string, Shown>} */
  const all = new Map();
  for (const entry of journal) {
    const { token: info } = entry;
    if (info) all.set(info.fingerprint, { info, entry });
  }
  // The host knows best for which video a token is. It may have one token for more than one kind of request.
  for (const info of stored.toReversed()) {
    const known = all.get(info.fingerprint);
    if (!known || known.info.video_id === null || known.info.captured_at < info.captured_at) {
      all.set(info.fingerprint, { info, entry: known?.entry });
    }
  }
  return [...all.values()]
    .filter(({ info }) => info.expires_at > Date.now())
    .sort((a, b) => b.info.captured_at - a.info.captured_at);
}
