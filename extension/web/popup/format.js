// Tokens and places in words.

import { formatTime, getMessage } from "../i18n.js";

/** @typedef {import("../messages.js").Label} TokenInfo */
/** @typedef {import("../messages.js").SinkReport} SinkReport */
/** @typedef {{kind: string, text: string}} Line `kind`: a report's outcome, `warning`, or `waiting` for the host. */

/**
 * @param {TokenInfo} info
 */
export function lifetimeOf({ fresh_until, gone_at }) {
  return Date.now() < fresh_until
    ? getMessage("token_fresh", formatTime(fresh_until), formatTime(gone_at))
    : getMessage("token_not_fresh", formatTime(gone_at));
}

/**
 * @param {TokenInfo} info
 */
export function shortLifetimeOf({ fresh_until }) {
  return Date.now() < fresh_until
    ? getMessage("token_fresh_short", formatTime(fresh_until))
    : getMessage("token_not_fresh_short");
}

/**
 * Where a token was written, or why it was not.
 * @param {import("../journal.js").Entry | undefined} entry
 * @param {import("../messages.js").Status | undefined} status
 * @returns {Line[]}
 */
export function sinkLines(entry, status) {
  if (entry?.state === "waiting" && !entry.sinks) return [{ kind: "waiting", text: getMessage("sink_waiting") }];
  if (entry?.error && entry.state === "refused") return [{ kind: "failed", text: entry.error.message }];
  const reports = entry?.sinks ?? (status?.sinks ?? []).flatMap(({ last }) => last ?? []);
  return reports.flatMap((report) => [
    { kind: report.outcome, text: textOf(report) },
    ...(report.warnings ?? []).map(({ message }) => ({ kind: "warning", text: message })),
  ]);
}

/**
 * @param {SinkReport} report
 */
function textOf({ kind, place, outcome, message, at }) {
  switch (outcome) {
    case "failed":
      return message ?? "";
    case "pending":
      return getMessage("sink_pending", place);
    default:
      if (kind === "keyring") return getMessage("sink_in_keyring", place, formatTime(at));
      if (kind === "command") return getMessage("sink_given", place, formatTime(at));
      return getMessage("sink_written", place, formatTime(at));
  }
}
