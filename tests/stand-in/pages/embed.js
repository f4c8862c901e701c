// One video in a frame of another page. It plays after a click.
import { readPage } from "./page/page-data.js";
import { logSent } from "./page/request-log.js";
import { Stage } from "./page/stage.js";
import { Player } from "./player/player.js";

const page = readPage();
const stage = new Stage();
const player = new Player(page, stage, logSent);

const id = location.pathname.split("/").at(-1);
const video = page.videos.find((known) => known.id === id);
if (video) {
  document.title = video.title;
  stage.open(video, null);
  void player.load(video);
} else {
  stage.fail("Video unavailable");
}
