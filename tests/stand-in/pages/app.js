// The start page and the watch pages: one document that moves from video to video without a load.
import { byId } from "./page/elements.js";
import { hideGrid, showGrid } from "./page/grid.js";
import { readPage } from "./page/page-data.js";
import { logSent } from "./page/request-log.js";
import { Stage } from "./page/stage.js";
import { after, hideUpNext, showUpNext } from "./page/up-next.js";
import { Player } from "./player/player.js";

/** @typedef {import("./page/page-data.js").Video} Video */

const page = readPage();
const player = new Player(page, logSent);
const stage = new Stage();
/** @type {Video | undefined} */
let current;
/** The address shown last, which going back has already changed. */
let here = location.href;

/** The video that the address names. */
function addressed() {
  const id = location.pathname === "/watch" ? new URLSearchParams(location.search).get("v") : null;
  return { id, video: page.videos.find((video) => video.id === id) };
}

/**
 * Shows what the address names, and has the player say what it says then.
 * @param {(video: Video, referer: string) => Promise<void>} arrive
 */
async function show(arrive) {
  const { id, video } = addressed();
  const referer = here;
  here = location.href;
  stage.playback.pause();
  current = video;
  byId("watch").hidden = id === null;
  document.title = `${video?.title ?? "Rehearsal"}${video ? " · Rehearsal" : ""}`;
  if (id === null) {
    hideUpNext();
    showGrid(page.videos);
    return;
  }
  hideGrid();
  scrollTo(0, 0);
  byId("title").textContent = video?.title ?? "No such video";
  byId("byline").textContent = video ? `The stand-in · ${video.id}` : `This rehearsal has no video ${id}.`;
  if (!video) {
    stage.fail("Video unavailable");
    return;
  }
  showUpNext(page.videos, video);
  stage.open(video, page.autoplayAfterMs);
  await arrive(video, referer);
  // The viewer may have moved on meanwhile.
  if (current === video) stage.playback.play();
}

/** @param {string} href */
function move(href) {
  history.pushState(null, "", href);
  return show((video, referer) => player.move(video, referer));
}

function moveToNext() {
  if (current) void move(`/watch?v=${after(page.videos, current).id}`);
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin) return;
  event.preventDefault();
  void move(link.pathname + link.search);
});
byId("next").addEventListener("click", moveToNext);
addEventListener("popstate", () => void show((video, referer) => player.move(video, referer)));
stage.playback.addEventListener("begin", () => void player.play());
stage.playback.addEventListener("end", () => {
  if (page.autoplayAfterMs !== null) moveToNext();
});

void show((video) => player.load(video));
