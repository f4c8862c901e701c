// What a page still sends once its token has come. The request that carries the token should arrive, and the player's report
// that says which video it plays makes the token's video certain.

import { addressRequests, mediaRequests } from "../requests.js";

/** What is not there after so long is not waited for. Milliseconds. */
const MOST_MS = 500;
/** How long a report is waited for if the page before sent none. Milliseconds. */
const UNEXPECTED_MS = 100;

/** Whether the page before has reported. */
let isExpected = true;

/** @typedef {{requestId: string, url: string}} Request */

/**
 * Watches a tab until it is told to stop.
 * @param {number} tab
 */
export function watchRequests(tab) {
  /** @type {Set<string>} The requests that are not answered. */
  const open = new Set();
  let hasReported = false;
  /** Whether only reports count that begin now. */
  let isEnding = false;
  /** Whether a report is waited for no more. */
  let isLate = false;
  /** @type {(() => void) | undefined} */
  let onEnd;
  const { onBeforeRequest, onResponseStarted, onErrorOccurred } = chrome.webRequest;
  const filter = { urls: [...mediaRequests(), ...addressRequests()], tabId: tab };

  /** @param {Request} request */
  function begin({ requestId, url }) {
    const isReport = url.includes("/api/stats/");
    hasReported ||= isReport;
    if (isReport || !isEnding) open.add(requestId);
    return undefined;
  }

  /** @param {Request} request */
  function end({ requestId }) {
    open.delete(requestId);
    endIfQuiet();
  }

  function endIfQuiet() {
    if ((hasReported || isLate) && open.size === 0) onEnd?.();
  }

  onBeforeRequest.addListener(begin, filter);
  for (const event of [onResponseStarted, onErrorOccurred]) event.addListener(end, filter);

  return {
    /** Waits until the page has reported, and what it has sent by now is answered. */
    async ended() {
      isEnding = true;
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
        onEnd = resolve;
        setTimeout(resolve, MOST_MS);
        setTimeout(
          () => {
            isLate = true;
            endIfQuiet();
          },
          isExpected ? MOST_MS : UNEXPECTED_MS,
        );
        endIfQuiet();
      });
      isExpected = hasReported;
    },

    stop() {
      onBeforeRequest.removeListener(begin);
      for (const event of [onResponseStarted, onErrorOccurred]) event.removeListener(end);
    },
  };
}
