// Why a token request failed, for programs and for people.

import { isFirefox } from "../browser-family.js";
import { getMessage } from "../i18n.js";

/**
 * @typedef {Extract<import("../../types/messages.js").Code,
 *   "turned-off" | "capture-paused" | "too-many" | "not-playable" | "login-needed" | "no-token" | "tab-closed" |
 *   "cannot-open" | "page-hidden">} Code
 */

export class TokenRequestError extends Error {
  /**
   * @param {Code} code
   * @param {string} message
   * @param {string} [hint] What to do about it.
   * @param {boolean} [stopsAll] Whether what stops this page stops those of the other videos too.
   */
  constructor(code, message, hint, stopsAll = false) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.stopsAll = stopsAll;
  }
}

/** YouTube's words for a video that plays once somebody has logged in. */
const LOGIN_STATUSES = ["LOGIN_REQUIRED", "AGE_VERIFICATION_REQUIRED", "AGE_CHECK_REQUIRED"];
const LONGEST_REASON = 200;

/**
 * What it means for a token request that a page does not play its video.
 * @param {string} videoId
 * @param {import("../feature.js").PlaybackError} error
 * @param {boolean} unattended Whether nobody looks at this browser.
 */
export function fromPlaybackError(videoId, { status, reason, isPrivate, loggedIn }, unattended) {
  const why = reason.trim().replace(/\.$/, "").slice(0, LONGEST_REASON) || status;
  // A private video asks for a login too, and hardly anybody's login helps.
  const isLoginNeeded = LOGIN_STATUSES.includes(status) && !isPrivate && !loggedIn;
  return isLoginNeeded
    ? new TokenRequestError(
        "login-needed",
        getMessage("token_request_login_needed", videoId, why),
        unattended
          ? getMessage("token_request_login_needed_unattended_hint")
          : getMessage("token_request_login_needed_hint"),
      )
    : new TokenRequestError("not-playable", getMessage("token_request_not_playable", videoId, why));
}

/**
 * The tab that was opened for a video stands somewhere else.
 * @param {import("./page-watch.js").Left} left
 * @param {string} videoId
 * @param {boolean} unattended
 */
export function pageLeft(left, videoId, unattended) {
  if (left === "another-video") {
    return new TokenRequestError("not-playable", getMessage("token_request_another_video", videoId));
  }
  return new TokenRequestError(
    "login-needed",
    getMessage("token_request_left_youtube"),
    unattended
      ? getMessage("token_request_left_youtube_unattended_hint")
      : getMessage("token_request_left_youtube_hint"),
  );
}

/**
 * The browser refuses to play the page, muted too.
 * @param {string} videoId
 */
export function autoplayRefused(videoId) {
  const message = getMessage("token_request_autoplay", videoId);
  return new TokenRequestError("cannot-open", message, getMessage("token_request_autoplay_hint"), true);
}

/**
 * The small window is covered wholly, and may not come to the front. In Firefox: it may not take the focus, which most
 * pages do not need.
 * @param {"not-allowed" | "once-already"} why
 */
export function pageHidden(why) {
  if (isFirefox()) {
    return new TokenRequestError(
      "page-hidden",
      getMessage("token_request_never_shown"),
      getMessage("token_request_never_shown_hint"),
    );
  }
  return new TokenRequestError(
    "page-hidden",
    getMessage("token_request_page_hidden"),
    why === "not-allowed"
      ? getMessage("token_request_page_hidden_hint")
      : getMessage("token_request_page_hidden_again_hint"),
    true,
  );
}
