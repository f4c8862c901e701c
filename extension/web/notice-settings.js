// What the user is notified of outside the popup.

import { noticeSettings } from "./storage.js";

/**
 * `faults`: whether each new fault of a place or of the host is told. `downloads`: which ends of downloads are.
 * @typedef {"failed" | "all" | "none"} DownloadNotices
 * @typedef {{faults: boolean, downloads: DownloadNotices}} NoticeSettings
 */

/** @type {NoticeSettings} */
export const DEFAULTS = { faults: true, downloads: "failed" };

/**
 * @returns {Promise<NoticeSettings>}
 */
export async function readNoticeSettings() {
  return { ...DEFAULTS, ...(await noticeSettings.get()) };
}
