// Why a wish cannot be fulfilled, for programs and for people.

import { say } from "../i18n.js";

export class Refusal extends Error {
  /**
   * @param {import("./token-request.js").Code} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** YouTube's words for a video that plays once somebody has logged in. */
const LOGIN = ["LOGIN_REQUIRED", "AGE_VERIFICATION_REQUIRED", "AGE_CHECK_REQUIRED"];
const LONGEST_REASON = 200;

/**
 * What a page's refusal to play means for a wish.
 * @param {string} videoId
 * @param {import("../feature.js").PageRefusal} said
 */
export function ofPage(videoId, { status, reason, isPrivate, loggedIn }) {
  const why = reason.trim().replace(/\.$/, "").slice(0, LONGEST_REASON) || status;
  // A private video asks for a login too, and hardly anybody's login helps.
  const login = LOGIN.includes(status) && !isPrivate && !loggedIn;
  return login
    ? new Refusal("login-needed", say("wish_login_needed", videoId, why))
    : new Refusal("not-playable", say("wish_not_playable", videoId, why));
}
