// The requests that are listened to. What is in them is for wasm to say.

/** Where pages with a player are. */
export const PLAYER_SITES = ["www.youtube.com", "m.youtube.com", "music.youtube.com", "www.youtube-nocookie.com"];

/**
 * @param {string[]} paths
 */
function onPlayerSites(paths) {
  return PLAYER_SITES.flatMap((site) => paths.map((path) => `https://${site}${path}*`));
}

/** Rare ones, whose body is worth reading each time. */
export const BODY_REQUESTS = [
  ...onPlayerSites(["/youtubei/v1/player", "/youtubei/v1/get_watch", "/youtubei/v1/reel/reel_item_watch"]),
  "https://*.googlevideo.com/initplayback*",
];

/** Ones that say all in their address. */
export const ADDRESS_REQUESTS = onPlayerSites([
  "/api/timedtext",
  "/api/stats/playback",
  "/api/stats/qoe",
  "/api/stats/watchtime",
  "/api/stats/delayplay",
]);

/** Many a minute, while something plays. */
export const MEDIA_REQUESTS = ["https://*.googlevideo.com/videoplayback*"];
