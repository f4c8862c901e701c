// Why a token request failed, for programs and for people.

import { isFirefox } from "../browser-family.js";
import { problemText } from "../problem-text.js";
import { both, inBoth } from "./english.js";

/**
 * @typedef {Extract<import("../../types/messages.js").Code,
 *   "turned-off" | "consent-needed" | "capture-paused" | "too-many" | "not-playable" | "login-needed" | "no-token" | "tab-closed" |
 *   "cannot-open" | "page-hidden">} Code
 * @typedef {import("./english.js").Words} Words
 */

/** `message` and `hint` are in English, for programs. `shown` has both in the language of the interface. */
export class TokenRequestError extends Error {
  /**
   * @param {Code} code
   * @param {string | Words} message
   * @param {string | Words} [hint] What to do about it.
   * @param {boolean} [stopsAll] Whether what stops this page stops those of the other videos too.
   */
  constructor(code, message, hint, stopsAll = false) {
    super(both(message).english);
    this.code = code;
    this.hint = hint && both(hint).english;
    this.shown = problemText({ message: both(message).shown, hint: hint && both(hint).shown });
    this.stopsAll = stopsAll;
  }
}

/** The user lets no program have videos opened. */
export function turnedOff() {
  return new TokenRequestError(
    "turned-off",
    inBoth("token_request_turned_off"),
    inBoth("token_request_turned_off_hint"),
  );
}

/** The user lets others, and not this one. */
export function clientRefused() {
  return new TokenRequestError(
    "turned-off",
    inBoth("token_request_client_off"),
    inBoth("token_request_client_off_hint"),
  );
}

/** Nobody has agreed that programs may have videos opened. */
export function consentNeeded() {
  return new TokenRequestError(
    "consent-needed",
    inBoth("token_request_consent"),
    inBoth("token_request_consent_hint"),
  );
}

/** The user paused the capture. */
export function paused() {
  return new TokenRequestError(
    "capture-paused",
    inBoth("token_request_paused"),
    inBoth("token_request_paused_hint"),
  );
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
        inBoth("token_request_login_needed", videoId, why),
        unattended
          ? inBoth("token_request_login_needed_unattended_hint")
          : inBoth("token_request_login_needed_hint"),
      )
    : new TokenRequestError("not-playable", inBoth("token_request_not_playable", videoId, why));
}

/**
 * The tab that was opened for a video stands somewhere else.
 * @param {import("./page-watch.js").Left} left
 * @param {string} videoId
 * @param {boolean} unattended
 */
export function pageLeft(left, videoId, unattended) {
  if (left === "another-video") {
    return new TokenRequestError("not-playable", inBoth("token_request_another_video", videoId));
  }
  return new TokenRequestError(
    "login-needed",
    inBoth("token_request_left_youtube"),
    unattended
      ? inBoth("token_request_left_youtube_unattended_hint")
      : inBoth("token_request_left_youtube_hint"),
  );
}

/**
 * The browser refuses to play the page, muted too.
 * @param {string} videoId
 */
export function autoplayRefused(videoId) {
  const message = inBoth("token_request_autoplay", videoId);
  return new TokenRequestError("cannot-open", message, inBoth("token_request_autoplay_hint"), true);
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
      inBoth("token_request_never_shown"),
      inBoth("token_request_never_shown_hint"),
    );
  }
  return new TokenRequestError(
    "page-hidden",
    inBoth("token_request_page_hidden"),
    why === "not-allowed"
      ? inBoth("token_request_page_hidden_hint")
      : inBoth("token_request_page_hidden_again_hint"),
    true,
  );
}
