// Looks at the page of a tab again and again: whether anybody can see it, whether its player plays, and whether it is still
// the page that was opened.

import { missingHosts } from "../permitted-hosts.js";

/**
 * What a page is seen to do. `hidden`: the browser shows no part of it. `plays`: a media element of it plays. `held`: none
 * does, and one has all that it needs to begin. `paused`: such a one is paused, as if `play()` was refused.
 * @typedef {{hidden: boolean, plays: boolean, held: boolean, paused: boolean}} PageState
 *
 * Where a tab stands instead: on a page that is none of the player's, or on that of another video.
 * @typedef {"elsewhere" | "another-video"} Left
 */

/** How often it is looked. Milliseconds. */
const PERIOD_MS = 250;
/** How long a tab stands somewhere else before it counts as left: a redirect may lead back. Milliseconds. */
const LEFT_MS = 1500;

/**
 * Looks until the returned function is called.
 * @param {number} tab
 * @param {string} videoId The video that the page is for. What the tab showed before, or shows instead, does not count.
 * @param {(state: PageState) => void} onLook Hears of each look at a page that the extension may look at.
 * @param {(left: Left) => void} onLeft Hears once that the tab stands somewhere else.
 * @returns {() => void}
 */
export function watchPage(tab, videoId, onLook, onLeft) {
  let isStopped = false;
  /** @type {{left: Left, since: number, isTold: boolean} | undefined} */
  let away;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function look() {
    const state = await stateOf(tab, videoId);
    if (isStopped) return;
    if (typeof state === "string") {
      away = away?.left === state ? away : { left: state, since: Date.now(), isTold: false };
      if (!away.isTold && Date.now() - away.since >= LEFT_MS) {
        away.isTold = true;
        onLeft(state);
      }
    } else {
      away = undefined;
      if (state !== undefined) onLook(state);
    }
    if (!isStopped) timer = setTimeout(() => void look(), PERIOD_MS);
  }

  void look();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/**
 * Undefined if the tab is closed, still loads, or shows what the extension may not look at for another reason.
 * @param {number} tab
 * @param {string} videoId
 * @returns {Promise<PageState | Left | undefined>}
 */
async function stateOf(tab, videoId) {
  try {
    const target = { tabId: tab };
    const [frame] = await chrome.scripting.executeScript({ target, func: readState, args: [videoId], injectImmediately: true });
    const state = frame?.result ?? undefined;
    return state === "another-video" && !(await isLoaded(tab)) ? undefined : state;
  } catch {
    return (await isElsewhere(tab)) ? "elsewhere" : undefined;
  }
}

/**
 * What the tab showed before stays until the next page answers.
 * @param {number} tab
 */
async function isLoaded(tab) {
  return (await chrome.tabs.get(tab).catch(() => undefined))?.status === "complete";
}

/**
 * Whether a tab that cannot be looked at shows a site that the extension may not look at. An error of the browser's own keeps
 * the address for which it stands.
 * @param {number} tab
 */
async function isElsewhere(tab) {
  try {
    const { status, url, pendingUrl } = await chrome.tabs.get(tab);
    return status === "complete" && !url && !pendingUrl && (await missingHosts()).length === 0;
  } catch {
    return false;
  }
}

/**
 * Runs in the page, in the extension's own world, and stands alone.
 * @param {string} videoId
 * @returns {PageState | "another-video" | undefined}
 */
function readState(videoId) {
  if (!location.href.includes(videoId)) {
    return /[?&]v=[\w-]{11}(?![\w-])|\/(?:shorts|live)\/[\w-]{11}(?![\w-])/.test(location.href) ? "another-video" : undefined;
  }
  const media = /** @type {HTMLMediaElement[]} */ ([...document.querySelectorAll("video, audio")].slice(0, 12));
  const plays = media.some(({ paused, currentTime, readyState }) => !paused && currentTime > 0 && readyState > 2);
  const couldBegin = media.filter(({ currentTime, readyState }) => currentTime === 0 && readyState >= 2);
  return {
    hidden: document.visibilityState === "hidden",
    plays,
    held: !plays && couldBegin.length > 0,
    paused: !plays && couldBegin.some(({ paused }) => paused),
  };
}
