// The video of an address, and the address of a video.

/** @typedef {import("./page-data.js").Video} Video */

const SHORTS = "/shorts/";

/** Whether the page's address is one of Shorts. */
export function isShorts() {
  return location.pathname.startsWith(SHORTS);
}

/** The id of the video that the page's address names. @returns {string | null} */
export function addressedId() {
  if (isShorts()) return location.pathname.slice(SHORTS.length);
  return location.pathname === "/watch" ? new URLSearchParams(location.search).get("v") : null;
}

/**
 * The address of a video: on a Shorts page its Shorts address.
 * @param {Video} video
 */
export function addressOf({ id }) {
  return isShorts() ? `${SHORTS}${id}` : `/watch?v=${id}`;
}
