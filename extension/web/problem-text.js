// A problem for people: what happened, and what to do about it.

/**
 * @param {{message: string, hint?: string}} problem
 */
export function problemText({ message, hint }) {
  if (!hint) return message;
  return /[.!?]$/.test(message) ? `${message} ${hint}` : `${message}; ${hint}`;
}
