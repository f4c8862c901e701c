// How sure it is which video a token is for.

/** @typedef {import("../types/messages.js").Certainty} Certainty */

/** @type {Certainty[]} The least certain first. */
const ALL = ["guess", "probable", "certain"];

/**
 * Whether the first says more than the second about the video: one that is named says more than none, and then the more
 * certain one does.
 * @param {{video_id: string | null, certainty: Certainty}} first
 * @param {{video_id: string | null, certainty: Certainty}} second
 */
export function saysMore(first, second) {
  if (first.video_id === null) return false;
  return second.video_id === null || ALL.indexOf(first.certainty) > ALL.indexOf(second.certainty);
}
