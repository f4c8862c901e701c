// The videos after the current one.
import { byId, element } from "./elements.js";
import { videoLink } from "./grid.js";

/** @typedef {import("./page-data.js").Video} Video */

/**
 * The video after this one. The first one follows the last one.
 * @param {Video[]} videos
 * @param {Video} video
 * @returns {Video}
 */
export function after(videos, video) {
  return videos[(videos.indexOf(video) + 1) % videos.length] ?? video;
}

/**
 * @param {Video[]} videos
 * @param {Video} video
 */
export function showUpNext(videos, video) {
  const place = videos.indexOf(video) + 1;
  const following = [...videos.slice(place), ...videos.slice(0, Math.max(0, place - 1))];
  byId("up-next").replaceChildren(...following.map((next) => element("li", {}, videoLink(next))));
}

/** Removes the links, so that each video has at most one link on the page. */
export function hideUpNext() {
  byId("up-next").replaceChildren();
}
