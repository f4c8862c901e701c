// One video in a frame of another page, or alone in Studio. It plays after a click, or at once with `autoplay=1`.
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

// `/embed/ID`, or in Studio `/video/ID/edit`.
const id = location.pathname.split("/")[2];
const video = page.videos.find((known) => known.id === id);
if (video) {
  document.title = video.title;
  stage.open(video, null);
  void player.load(video);
  if (new URLSearchParams(location.search).get("autoplay") === "1") stage.playback.play();
} else {
  stage.fail("Video unavailable");
}
