// The start page and the watch pages: one document that moves from video to video without a full load.
import { addressOf, addressedId } from "./page/address.js";
import { byId } from "./page/elements.js";
import { hideGrid, showGrid } from "./page/grid.js";
import { readPage } from "./page/page-data.js";
import { logSent } from "./page/request-log.js";
import { Stage } from "./page/stage.js";
import { after, hideUpNext, showUpNext } from "./page/up-next.js";
import { Player } from "./player/player.js";

/** @typedef {import("./page/page-data.js").Ad} Ad */
/** @typedef {import("./page/page-data.js").Video} Video */

const page = readPage();
const stage = new Stage();
const player = new Player(page, stage, logSent);
/** @type {Video | undefined} */
let current;
/** The video that the page was loaded with. */
const loaded = addressedId();
/** The number of videos shown. Code that waits compares it to notice that the page has moved on. */
let visits = 0;
/** The address of the page before. `location` has already changed when `popstate` comes. */
let here = location.href;

/** The video that the address names. */
function addressed() {
  const id = addressedId();
  return { id, video: page.videos.find((video) => video.id === id) };
}

/**
 * Shows the video of the address, and runs the player's event.
 * @param {(video: Video, referer: string) => Promise<void>} arrive
 */
async function show(arrive) {
  const { id, video } = addressed();
  const referer = here;
  here = location.href;
  const visit = (visits += 1);
  stage.playback.pause();
  current = video;
  byId("watch").hidden = id === null;
  document.title = `${video?.title ?? "Demo"}${video ? " · Demo" : ""}`;
  if (id === null) {
    hideUpNext();
    showGrid(page.videos);
    return;
  }
  hideGrid();
  scrollTo(0, 0);
  byId("title").textContent = video?.title ?? "No such video";
  byId("byline").textContent = video ? `The stand-in · ${video.id}` : `The stand-in has no video ${id}.`;
  if (!video) {
    stage.fail("Video unavailable");
    return;
  }
  if (loaded === id && page.unplayableReason !== undefined) {
    stage.fail(page.unplayableReason);
    return;
  }
  showUpNext(page.videos, video);
  stage.open(video, page.autoplayAfterMs);
  await arrive(video, referer);
  if (page.ad && visit === visits) {
    await playAd(page.ad);
    if (visit !== visits) return;
    player.closeAd();
    stage.open(video, page.autoplayAfterMs);
  }
  if (page.playsOnlyWhenSeen) await seen();
  if (visit === visits) stage.playback.play();
}

/** Waits until the page is visible. */
async function seen() {
  while (document.visibilityState !== "visible") {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

/**
 * Plays an ad instead of the video.
 * @param {Ad} ad
 * @returns {Promise<unknown>} done at its end
 */
function playAd(ad) {
  player.openAd(ad);
  stage.open(ad.video, ad.lasts_ms);
  const end = new Promise((resolve) => stage.playback.addEventListener("end", resolve, { once: true }));
  stage.playback.play();
  return end;
}

/** @param {string} href */
function move(href) {
  history.pushState(null, "", href);
  return show((video, referer) => player.move(video, referer));
}

function moveToNext() {
  if (current) void move(addressOf(after(page.videos, current)));
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin) return;
  event.preventDefault();
  void move(link.pathname + link.search);
});
byId("next").addEventListener("click", moveToNext);
addEventListener("popstate", () => void show((video, referer) => player.move(video, referer)));
stage.playback.addEventListener("end", () => {
  if (page.autoplayAfterMs !== null && !player.showsAd) moveToNext();
});

void show((video) => player.load(video));
