// Tokens and places in words.

import { formatTime, getMessage } from "../i18n.js";
import { problemText } from "../problem-text.js";

/** @typedef {import("../../types/messages.js").TokenInfo} TokenInfo */
/** @typedef {import("../../types/messages.js").SinkReport} SinkReport */
/** @typedef {{kind: string, text: string}} Line `kind`: a report's outcome, `warning`, or `waiting` for the host. */

/**
 * @param {TokenInfo} info
 */
export function lifetimeOf({ fresh_until, expires_at }) {
  return Date.now() < fresh_until
    ? getMessage("token_fresh", formatTime(fresh_until), formatTime(expires_at))
    : getMessage("token_not_fresh", formatTime(expires_at));
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
 * @param {import("../../types/messages.js").Status | undefined} status
 * @returns {Line[]}
 */
export function sinkLines(entry, status) {
  if (entry?.state === "waiting" && !entry.sinks) return [{ kind: "waiting", text: getMessage("sink_waiting") }];
  if (entry?.error && entry.state === "refused") return [{ kind: "failed", text: problemText(entry.error) }];
  const reports = entry?.sinks ?? (status?.sinks ?? []).flatMap(({ last }) => last ?? []);
  return reports.flatMap((report) => [
    { kind: report.outcome, text: textOf(report) },
    ...report.warnings.map((warning) => ({ kind: "warning", text: problemText(warning) })),
  ]);
}

/**
 * @param {SinkReport} report
 */
function textOf(report) {
  const { kind, place, at } = report;
  switch (report.outcome) {
    case "failed":
      return problemText(report);
    case "pending":
      return getMessage("sink_pending", place);
    default:
      if (kind === "keyring") return getMessage("sink_in_keyring", place, formatTime(at));
      if (kind === "command") return getMessage("sink_given", place, formatTime(at));
      return getMessage("sink_written", place, formatTime(at));
  }
}
