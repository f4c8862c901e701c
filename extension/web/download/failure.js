// Why a download failed, by its code: in a few words, and what mends it.

import { getMessage } from "../i18n.js";
import { problemText } from "../problem-text.js";

/** @typedef {import("../../types/messages.js").Code} Code */
/** @typedef {import("../../types/messages.js").Problem} Problem */

/**
 * `login`: again, with the user's login. `youtube`: something is to be done on YouTube's page of the video. `install`: a
 * program is missing. `retry`: again as it is. `none`: nothing helps.
 * @typedef {"login" | "youtube" | "install" | "retry" | "none"} Remedy
 */

/** @type {{[Key in Code]?: Remedy}} Those of which more is known than that another try may help. */
const REMEDIES = {
  "bot-check": "login",
  "age-restricted": "login",
  "private-video": "login",
  "members-only": "login",
  "premium-only": "login",
  "session-missing": "login",
  "account-bound": "login",
  "login-needed": "youtube",
  "cookies-rotated": "youtube",
  "no-token": "youtube",
  "token-missing": "youtube",
  "token-malformed": "youtube",
  "token-refused": "youtube",
  "not-playable": "youtube",
  "nothing-usable": "youtube",
  "yt-dlp-missing": "install",
  "yt-dlp-not-started": "install",
  "no-ffmpeg": "install",
  "no-js-runtime": "install",
  "drm-protected": "none",
  "nothing-to-download": "none",
  "not-a-video": "none",
};

/** Where it is said how yt-dlp and what it needs are installed. */
export const HOW_TO_INSTALL = "https://github.com/yt-dlp/yt-dlp/wiki/Installation";

/**
 * @param {Problem | undefined} error
 * @returns {Remedy}
 */
export function remedyOf(error) {
  return (error && REMEDIES[error.code]) ?? "retry";
}

/**
 * In a few words of the user's language; those of the host, if the code is of a later one.
 * @param {Problem} problem
 */
export function inShort({ code, message }) {
  return getMessage(`download_error_${code.replaceAll("-", "_")}`) || message;
}

/**
 * Why something cannot be done: in a few words, or else all that the host says of it.
 * @param {Problem} problem
 */
export function whyNot(problem) {
  const short = inShort(problem);
  return short === problem.message ? problemText(problem) : short;
}
