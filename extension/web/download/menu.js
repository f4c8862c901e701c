// The entry in the browser's own menus, and the keyboard command.

import { getMessage } from "../i18n.js";

const COMMAND = "download";
const VIDEOS = ["watch?*", "shorts/*", "live/*"].map((path) => `*://*.youtube.com/${path}`);

/** @typedef {import("./download.js").Target} Target */

/**
 * @param {(address: string) => Promise<Target | undefined>} pageOf
 * @param {(target: Target, tab: chrome.tabs.Tab | undefined) => void} start
 * @param {(message: string) => void} onError Hears why nothing can be started.
 */
export function addMenu(pageOf, start, onError) {
  // Both browsers keep the entries when they stop this script, and lose them on different occasions.
  chrome.runtime.onInstalled.addListener(makeEntries);
  chrome.runtime.onStartup.addListener(makeEntries);
  chrome.contextMenus.onClicked.addListener(({ linkUrl, pageUrl }, tab) => {
    void startAt(linkUrl ?? tab?.url ?? pageUrl, tab);
  });
  chrome.commands.onCommand.addListener(async (command, tab) => {
    if (command !== COMMAND) return;
    const [active] = tab ? [tab] : await chrome.tabs.query({ active: true, lastFocusedWindow: true });
    await startAt(active?.url, active);
  });

  /**
   * @param {string | undefined} url
   * @param {chrome.tabs.Tab | undefined} tab
   */
  async function startAt(url, tab) {
    const target = url === undefined ? undefined : await pageOf(url);
    if (target?.video_id) start(target, tab);
    else onError(getMessage("download_no_video"));
  }
}

/** @type {Promise<void>} */
let made = Promise.resolve();

function makeEntries() {
  made = made.then(async () => {
    await chrome.contextMenus.removeAll();
    const title = getMessage("download_menu");
    chrome.contextMenus.create({
      id: "download-link",
      title,
      contexts: ["link"],
      targetUrlPatterns: [...VIDEOS, "*://youtu.be/*"],
    });
    chrome.contextMenus.create({
      id: "download-page",
      title,
      contexts: ["page", "video"],
      documentUrlPatterns: VIDEOS,
    });
  });
  return made;
}
