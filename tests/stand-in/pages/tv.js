// The television page: its address names the video after the `#`.
import { readPage } from "./page/page-data.js";
import { PlayerElement } from "./page/player-element.js";
import { byId } from "./page/elements.js";
import { logSent } from "./page/request-log.js";
import { Stage } from "./page/stage.js";
import { Player } from "./player/player.js";
import { Mint } from "./player/token.js";

const page = readPage();
const stage = new Stage(new PlayerElement("movie_player", page));
const mint = new Mint({ byVideo: page.boundToVideo, session: page.contentBinding });
const player = new Player(page, mint, stage, logSent);
byId("stage").append(stage.player.root);
stage.current = true;

/** Plays the video that the address names, if it names one. */
function show() {
  const id = new URLSearchParams(location.hash.split("?")[1]).get("v");
  const video = page.videos.find((known) => known.id === id);
  stage.playback.pause();
  if (!video) return;
  document.title = video.title;
  stage.open(video, null);
  void player.load(video);
  stage.playback.play();
}

addEventListener("hashchange", show);
show();
