// One video in a frame of another page, or alone in Studio. It plays after a click, or at once with `autoplay=1`.
import { page, player, stage } from "./page/one-player.js";

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
