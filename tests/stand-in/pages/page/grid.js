// The start page: all videos.
import { addressOf } from "./address.js";
import { still } from "./art.js";
import { byId, clock, element } from "./elements.js";

/** @typedef {import("./page-data.js").Video} Video */

/**
 * A link to a video. A click on it moves there without a load.
 * @param {Video} video
 */
export function videoLink(video) {
  return element(
    "a",
    { href: addressOf(video), "data-video-id": video.id, class: "video" },
    element("span", { class: "still" }, still(video.id), element("span", { class: "length" }, clock(video.seconds))),
    element("span", { class: "name" }, video.title),
  );
}

/** @param {Video[]} videos */
export function showGrid(videos) {
  byId("grid").replaceChildren(...videos.map(videoLink));
  byId("grid").hidden = false;
}

/** Removes the links, so that each video has at most one link on the page. */
export function hideGrid() {
  byId("grid").replaceChildren();
  byId("grid").hidden = true;
}
