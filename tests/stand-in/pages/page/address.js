// Which video an address names, and the address of a video.

/** @typedef {import("./page-data.js").Video} Video */

const SHORTS = "/shorts/";

/** The id of the video that the page's address names. @returns {string | null} */
export function addressedId() {
  if (location.pathname.startsWith(SHORTS)) return location.pathname.slice(SHORTS.length);
  return location.pathname === "/watch" ? new URLSearchParams(location.search).get("v") : null;
}

/**
 * Where a video is seen: from one of the Shorts, as one of them.
 * @param {Video} video
 */
export function addressOf({ id }) {
  return location.pathname.startsWith(SHORTS) ? `${SHORTS}${id}` : `/watch?v=${id}`;
}
