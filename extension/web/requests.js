// The requests that are listened to. What is in them is for wasm to say.
//
// The manifest names the hosts, since browsers read it before any code. A test compares it with the list in
// protocol/src/youtube.rs.

/** The hosts whose pages hold a player. */
export function playerSites() {
  return pagePatterns().map((pattern) => new URL(pattern).hostname);
}

/** Rare requests, whose body is worth reading each time. */
export function bodyRequests() {
  const paths = ["/youtubei/v1/player", "/youtubei/v1/get_watch", "/youtubei/v1/reel/reel_item_watch"];
  return [...onPlayerSites(paths), ...onMediaHosts("/initplayback")];
}

/** Requests whose address says all. */
export function addressRequests() {
  const reports = ["playback", "qoe", "watchtime", "delayplay"].map((kind) => `/api/stats/${kind}`);
  return [...onPlayerSites(["/api/timedtext", ...reports]), ...onMediaHosts("/api/manifest/")];
}

/** Media requests: many a minute while something plays. */
export function mediaRequests() {
  return onMediaHosts("/videoplayback");
}

/**
 * @param {string[]} paths
 */
function onPlayerSites(paths) {
  return playerSites().flatMap((site) => paths.map((path) => `https://${site}${path}*`));
}

/**
 * On the hosts that the extension may read and that have no pages.
 * @param {string} path
 */
function onMediaHosts(path) {
  const pages = pagePatterns();
  /** @type {string[]} */
  const all = chrome.runtime.getManifest().host_permissions ?? [];
  return all.filter((pattern) => !pages.includes(pattern)).map((pattern) => pattern.replace(/\/\*$/, `${path}*`));
}

function pagePatterns() {
  const { content_scripts = [] } = chrome.runtime.getManifest();
  return content_scripts.flatMap(({ matches = [] }) => matches);
}
