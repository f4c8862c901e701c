// A problem for people: what happened, and what to do about it.

import { getMessage } from "./i18n.js";

/**
 * @param {{message: string, hint?: string}} problem
 */
export function problemText({ message, hint }) {
  if (!hint) return message;
  // Chinese and Japanese put nothing between sentences.
  if (/[。！？]$/.test(message)) return message + hint;
  return /[.!?]$/.test(message) ? `${message} ${hint}` : `${message}; ${hint}`;
}

/**
 * Why a place failed, in few words of the interface's language. Undefined if its code has none: then the host's own
 * sentence says it.
 * @param {{code: string}} problem
 */
export function reasonOf({ code }) {
  return getMessage(`reason_${code.replaceAll("-", "_")}`) || undefined;
}
