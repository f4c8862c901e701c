// Tokens and places in words.

import { formatTime, getMessage } from "../i18n.js";
import { problemText } from "../problem-text.js";

/** @typedef {import("../../types/messages.js").TokenInfo} TokenInfo */
/** @typedef {import("../../types/messages.js").SinkReport} SinkReport */
/** @typedef {import("../../types/messages.js").SinkState} SinkState */
/** @typedef {import("../../types/messages.js").Status} Status */
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
 * Where a token was written, or why it was not; and what is there now, if that is something else.
 * @param {import("../journal.js").Entry | undefined} entry
 * @param {Status | undefined} status
 * @returns {Line[]}
 */
export function sinkLines(entry, status) {
  if (entry?.state === "waiting" && !entry.sinks) return [{ kind: "waiting", text: getMessage("sink_waiting") }];
  if (entry?.error && entry.state === "refused") return [{ kind: "failed", text: problemText(entry.error) }];
  const states = status?.sinks ?? [];
  const reports = entry?.sinks ?? states.flatMap(({ last }) => last ?? []);
  return reports.flatMap((report) => {
    const state = states.find((state) => state.last && isAfter(state.last, report));
    return [
      nowLine(state) ?? reportLine(report, state?.now),
      ...(state?.problem && !state.now ? [{ kind: "failed", text: problemText(state.problem) }] : []),
      ...report.warnings.map((warning) => ({ kind: "warning", text: problemText(warning) })),
    ];
  });
}

/**
 * What the places hold that is a token no more, if there is none to show.
 * @param {Status | undefined} status
 * @returns {Line[]}
 */
export function heldLines(status) {
  const held = (status?.sinks ?? []).filter(({ now }) => ["expired", "refused", "cleared", "unreadable"].includes(now?.holds ?? ""));
  return held.flatMap((state) => nowLine(state) ?? []);
}

/**
 * Whether a place's last report is this one or a later one: then what the host saw there is of after it.
 * @param {SinkReport} last
 * @param {SinkReport} report
 */
function isAfter(last, { kind, place, at }) {
  return last.kind === kind && last.place === place && last.at >= at;
}

/**
 * What a place holds, if that is not the newest token.
 * @param {SinkState | undefined} state
 * @returns {Line | undefined}
 */
function nowLine(state) {
  if (!state?.now) return undefined;
  const { place, now, problem } = state;
  switch (now.holds) {
    case "older":
    case "refused":
    case "cleared":
    case "other":
    case "empty":
    case "gone":
      return { kind: "failed", text: getMessage(`sink_${now.holds}`, place) };
    case "expired":
      return {
        kind: "warning",
        text:
          now.expires_at === undefined
            ? getMessage("sink_expired", place)
            : getMessage("sink_expired_at", place, formatTime(now.expires_at)),
      };
    case "unreadable":
      return problem && { kind: "failed", text: problemText(problem) };
    default:
      return undefined;
  }
}

/**
 * @param {SinkReport} report
 * @param {SinkState["now"]} now
 * @returns {Line}
 */
function reportLine(report, now) {
  // Somebody else wrote it meanwhile.
  if (report.outcome === "failed" && now?.holds === "newest") {
    return { kind: "written", text: getMessage("sink_newest", report.place) };
  }
  return { kind: report.outcome, text: textOf(report) };
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
