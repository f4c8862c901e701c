// The start page and the watch pages: one document that moves from video to video without a full load.
import { addressOf, addressedId, isShorts } from "./page/address.js";
import { byId } from "./page/elements.js";
import { hideGrid, showGrid } from "./page/grid.js";
import { readPage } from "./page/page-data.js";
import { PlayerElement } from "./page/player-element.js";
import { Preview } from "./page/preview.js";
import { logSent } from "./page/request-log.js";
import { Stage } from "./page/stage.js";
import { after, hideUpNext, showUpNext } from "./page/up-next.js";
import { Player } from "./player/player.js";
import { Mint } from "./player/token.js";

/** @typedef {import("./page/page-data.js").Ad} Ad */
/** @typedef {import("./page/page-data.js").Video} Video */
/** @typedef {"movie_player" | "shorts-player"} Place */

const page = readPage();
const mint = new Mint({ byVideo: page.boundToVideo, session: page.contentBinding });
const preview = new Preview(page, mint, logSent);
/** The players so far. A page that has shown both kinds keeps both. @type {Map<Place, Player>} */
const players = new Map();
let player = playerOf(isShorts() ? "shorts-player" : "movie_player");
/** The video that the player plays. @type {Video | undefined} */
let current;
/** The video that the page was loaded with. */
const loaded = addressedId();
/** The number of videos shown. Code that waits compares it to notice that the page has moved on. */
let visits = 0;
/** The address of the page before. `location` has already changed when `popstate` comes. */
let here = location.href;

/** @param {Place} place */
function playerOf(place) {
  const known = players.get(place);
  if (known) return known;
  const made = new Player(page, mint, new Stage(new PlayerElement(place, page)), logSent);
  players.set(place, made);
  byId("stage").append(made.stage.player.root);
  made.stage.playback.addEventListener("end", () => {
    if (made === player && page.autoplayAfterMs !== null && !made.showsAd) moveToNext();
  });
  return made;
}

/** Has the address's kind of page play from now on. The other player keeps what it played, hidden. */
function choosePlayer() {
  player.stage.playback.pause();
  player = playerOf(isShorts() ? "shorts-player" : "movie_player");
  for (const each of players.values()) {
    each.stage.current = each === player;
    each.stage.player.root.hidden = each !== player;
  }
}

/**
 * Shows the video of the address, and runs the player's event.
 * @param {(video: Video, referer: string) => Promise<void>} arrive
 */
async function show(arrive) {
  const id = addressedId();
  const video = page.videos.find((known) => known.id === id);
  const referer = here;
  here = location.href;
  const visit = (visits += 1);
  preview.end();
  if (id === null) {
    showStartPage();
    return;
  }
  if (page.moveTakesMs > 0 && current) {
    await new Promise((resolve) => setTimeout(resolve, page.moveTakesMs));
    if (visit !== visits) return;
  }
  choosePlayer();
  current = video;
  const { stage } = player;
  byId("watch").hidden = false;
  setMiniPlayer(false);
  document.title = `${video?.title ?? "Demo"}${video ? " · Demo" : ""}`;
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
  await play(video, referer, visit, arrive);
}

/**
 * Opens a video and plays it, after the ad if there is one.
 * @param {Video} video
 * @param {string} referer
 * @param {number} visit
 * @param {(video: Video, referer: string) => Promise<void>} arrive
 */
async function play(video, referer, visit, arrive) {
  const { stage } = player;
  showUpNext(page.videos, video);
  stage.open(video, page.autoplayAfterMs);
  const arriving = arrive(video, referer);
  const { root } = stage.player;
  if (root.localName === "ytd-watch-flexy" && addressedId() !== null) root.setAttribute("video-id", video.id);
  await arriving;
  if (visit !== visits) return;
  if (!isShorts()) announce("yt-navigate-finish");
  if (page.ad) {
    await playAd(page.ad);
    if (visit !== visits) return;
    player.closeAd();
    stage.open(video, page.autoplayAfterMs);
  }
  if (visit === visits) stage.playback.play();
}

/** Shows all videos. What plays goes on in a corner, if the site has that, or else stops. */
function showStartPage() {
  const goesOn = page.miniPlayer && current !== undefined && !player.stage.playback.paused;
  byId("watch").hidden = true;
  player.stage.player.root.hidden = true;
  if (!goesOn) {
    player.stage.playback.pause();
    current = undefined;
    document.title = "Demo";
    hideUpNext();
  }
  setMiniPlayer(goesOn);
  showGrid(page.videos);
  announce("yt-navigate-finish");
}

/** @param {boolean} active */
function setMiniPlayer(active) {
  const corner = document.querySelector("ytd-miniplayer");
  corner?.toggleAttribute("active", active);
  player.stage.player.moveTo(active && corner instanceof HTMLElement ? corner : undefined);
}

/** Fires an event of www's moves. @param {"yt-navigate-start" | "yt-navigate-finish"} name */
function announce(name) {
  if (page.site === "www") document.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: {} }));
}

/**
 * Plays an ad instead of the video.
 * @param {Ad} ad
 * @returns {Promise<unknown>} done at its end
 */
function playAd(ad) {
  const { stage } = player;
  player.openAd(ad);
  stage.open(ad.video, ad.lasts_ms);
  const end = new Promise((resolve) => stage.playback.addEventListener("end", resolve, { once: true }));
  stage.playback.play();
  return end;
}

/** @param {string} href */
function move(href) {
  const swiped = isShorts() && href.startsWith("/shorts/");
  if (!swiped) announce("yt-navigate-start");
  if (swiped) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  return show((video, referer) => player.move(video, referer));
}

function moveToNext() {
  if (!current) return;
  const next = after(page.videos, current);
  if (addressedId() === null) void playInBackground(next);
  else void move(addressOf(next));
}

/** Plays the next video while the page shows the start page: the address stays. @param {Video} video */
async function playInBackground(video) {
  const visit = (visits += 1);
  player.stage.playback.pause();
  current = video;
  await play(video, location.href, visit, (opened, referer) => player.move(opened, referer));
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin) return;
  event.preventDefault();
  void move(link.pathname + link.search);
});
document.addEventListener("mouseover", (event) => preview.hover(event.target));
byId("next").addEventListener("click", moveToNext);
addEventListener("popstate", () => void show((video, referer) => player.move(video, referer)));

if (page.site === "www") document.body.append(document.createElement("ytd-miniplayer"));
void show((video) => player.load(video));
