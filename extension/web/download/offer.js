// What the card offers to download.

import { getMessage } from "../i18n.js";

/**
 * `what` names it for people. `tab`, or else `session`, says whose it is.
 * @typedef {{
 *   target: import("./download.js").Target, what: string, tab?: number,
 *   session?: import("./session.js").DownloadSession,
 * }} Offer
 */

/**
 * The video or playlist in a tab.
 * @param {Pick<chrome.tabs.Tab, "id" | "title">} tab
 * @param {import("./download.js").Target} target
 * @returns {Offer}
 */
export function offerIn(tab, target) {
  const title = tab.title?.replace(/ - YouTube( Music)?$/, "");
  const what = title || getMessage(target.video_id ? "download_tab_video" : "download_tab_list");
  return { target, what, tab: tab.id };
}

/**
 * The video of a token.
 * @param {import("../feature.js").Shown["newest"]} newest
 * @returns {Offer | undefined}
 */
export function offerOf(newest) {
  const video_id = newest?.token.video_id;
  if (!video_id) return undefined;
  const music = newest.token.client === "WEB_REMIX";
  const { container, private: isPrivate } = newest.capture?.session ?? {};
  const session = { container, private: isPrivate };
  return { target: { video_id, music }, what: getMessage("download_other_video", video_id), session };
}
