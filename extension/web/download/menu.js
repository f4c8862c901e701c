// The entry in the browser's own menus, and the keyboard command.

import { targetOf } from "./address.js";
import { say } from "../i18n.js";

const COMMAND = "download";
const VIDEOS = ["watch?*", "shorts/*", "live/*"].map((path) => `*://*.youtube.com/${path}`);

/**
 * @param {(target: import("./messages.js").Target, tab: chrome.tabs.Tab | undefined) => void} start
 * @param {(message: string) => void} refuse
 */
export function offer(start, refuse) {
  // Both browsers keep the entries when they stop this script, and lose them at different occasions.
  chrome.runtime.onInstalled.addListener(makeEntries);
  chrome.runtime.onStartup.addListener(makeEntries);
  chrome.contextMenus.onClicked.addListener(({ linkUrl, pageUrl }, tab) => {
    const target = targetOf(linkUrl ?? tab?.url ?? pageUrl);
    if (target?.videoId) start(target, tab);
    else refuse(say("download_no_video"));
  });
  chrome.commands.onCommand.addListener(async (command, tab) => {
    if (command !== COMMAND) return;
    const [active] = tab ? [tab] : await chrome.tabs.query({ active: true, lastFocusedWindow: true });
    const target = targetOf(active?.url);
    if (target?.videoId) start(target, active);
    else refuse(say("download_no_video"));
  });
}

/** @type {Promise<void>} */
let made = Promise.resolve();

function makeEntries() {
  made = made.then(async () => {
    await chrome.contextMenus.removeAll();
    const title = say("download_menu");
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
}
