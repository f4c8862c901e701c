// Whether a tab fetches media. Then its player plays, if only an ad before the video.

import { mediaRequests } from "../requests.js";

/**
 * Watches a tab until it is told to stop.
 * @param {number} tab
 */
export function watchMedia(tab) {
  const watch = { seen: false, stop };
  const { onBeforeRequest } = chrome.webRequest;

  function see() {
    watch.seen = true;
    stop();
    return undefined;
  }

  function stop() {
    onBeforeRequest.removeListener(see);
  }

  onBeforeRequest.addListener(see, { urls: mediaRequests(), tabId: tab });
  return watch;
}
