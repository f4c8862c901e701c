// The television page: its address names the video after the `#`.
import { page, player, stage } from "./page/one-player.js";

/** Plays the video that the address names, if it names one. */
function show() {
  const id = new URLSearchParams(location.hash.split("?")[1]).get("v");
  const video = page.videos.find((known) => known.id === id);
  stage.playback.close();
  if (!video) return;
  document.title = video.title;
  stage.open(video, null);
  void player.load(video);
  stage.playback.play();
}

addEventListener("hashchange", show);
show();
