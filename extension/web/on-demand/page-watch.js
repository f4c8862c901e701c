// Looks at the page of a tab again and again: whether anybody can see it, and whether its player plays.

/**
 * What a page is seen to do. `hidden`: the browser shows no part of it. `plays`: a media element of it plays. `held`: none
 * does, and one has all that it needs to begin.
 * @typedef {{hidden: boolean, plays: boolean, held: boolean}} PageState
 */

/** How often it is looked. Milliseconds. */
const PERIOD_MS = 250;

/**
 * Looks until the returned function is called.
 * @param {number} tab
 * @param {string} videoId The video that the page is for. What the tab showed before, or shows instead, does not count.
 * @param {(state: PageState) => void} onLook Hears of each look at a page that the extension may look at.
 * @returns {() => void}
 */
export function watchPage(tab, videoId, onLook) {
  let isStopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function look() {
    const state = await stateOf(tab, videoId);
    if (isStopped) return;
    if (state !== undefined) onLook(state);
    if (!isStopped) timer = setTimeout(() => void look(), PERIOD_MS);
  }

  void look();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/**
 * Undefined if the tab is closed, or shows something else, or what the extension may not look at.
 * @param {number} tab
 * @param {string} videoId
 * @returns {Promise<PageState | undefined>}
 */
async function stateOf(tab, videoId) {
  try {
    const target = { tabId: tab };
    const [frame] = await chrome.scripting.executeScript({ target, func: readState, args: [videoId], injectImmediately: true });
    return frame?.result ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs in the page, in the extension's own world, and stands alone.
 * @param {string} videoId
 * @returns {PageState | undefined}
 */
function readState(videoId) {
  if (!location.href.includes(videoId)) return undefined;
  const media = /** @type {HTMLMediaElement[]} */ ([...document.querySelectorAll("video, audio")].slice(0, 12));
  const plays = media.some(({ paused, currentTime, readyState }) => !paused && currentTime > 0 && readyState > 2);
  const couldBegin = media.some(({ currentTime, readyState }) => currentTime === 0 && readyState >= 2);
  return { hidden: document.visibilityState === "hidden", plays, held: !plays && couldBegin };
}
