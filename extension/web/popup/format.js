// Tokens and places in words.

import { formatAgo, formatTime, getMessage } from "../i18n.js";
import { problemText, reasonOf } from "../problem-text.js";

/** @typedef {import("../../types/messages.js").TokenInfo} TokenInfo */
/** @typedef {import("../../types/messages.js").SinkReport} SinkReport */
/** @typedef {import("../../types/messages.js").SinkState} SinkState */
/** @typedef {import("../../types/messages.js").Status} Status */
/**
 * `kind`: a report's outcome, `warning`, or `waiting` for the host. `names`: the paths and ids in the text. `detail`: the
 * host's own words. `retry`: whether trying again may help.
 * @typedef {{kind: string, text: string, names?: string[], detail?: string, retry?: boolean}} Line
 */

/**
 * Whether a token is probably no good any more.
 * @param {TokenInfo} info
 */
export function isOld({ fresh_until }) {
  return Date.now() >= fresh_until;
}

/**
 * What a token is good for, and how long.
 * @param {import("./tokens.js").Shown} shown
 */
export function lifetimeOf({ info, entry }) {
  const { video_id, certainty, captured_at, fresh_until } = info;
  if (isOld(info)) return getMessage("token_old", formatAgo(captured_at));
  const isOfSession = entry?.capture?.binding?.content_bound === false;
  if (isOfSession) return getMessage("token_works_session", formatTime(fresh_until));
  if (video_id === null) return getMessage("token_works_one", formatTime(fresh_until));
  const key = certainty === "certain" ? "token_works" : "token_works_probably";
  return getMessage(key, formatTime(fresh_until));
}

/**
 * @param {TokenInfo} info
 */
export function shortLifetimeOf(info) {
  return isOld(info) ? getMessage("token_old_short") : getMessage("token_until", formatTime(info.fresh_until));
}

/**
 * Where a token was written, or why it was not; and what is there now, if that is something else.
 * @param {import("../journal.js").Entry | undefined} entry
 * @param {Status | undefined} status
 * @returns {Line[]}
 */
export function sinkLines(entry, status) {
  if (entry?.error && entry.state === "refused") return [problemLine("failed", entry.error)];
  if (entry?.state === "waiting" && !entry.sinks) {
    const { error } = entry;
    return [error ? problemLine("failed", error) : { kind: "waiting", text: getMessage("sink_waiting") }];
  }
  const states = status?.sinks ?? [];
  const reports = entry?.sinks ?? states.flatMap(({ last }) => last ?? []);
  return reports.flatMap((report) => {
    const state = states.find((state) => state.last && isAfter(state.last, report));
    return [
      nowLine(state) ?? reportLine(report, state?.now),
      ...(state?.problem && !state.now ? [problemLine("failed", state.problem, state.place)] : []),
      ...report.warnings.map((warning) => problemLine("warning", warning, report.place)),
    ];
  });
}

/**
 * What the places hold that is a token no more, or why they cannot be read, if there is no token to show.
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
  const names = [place];
  switch (now.holds) {
    case "older":
    case "other":
    case "empty":
    case "gone":
      return { kind: "failed", text: getMessage(`sink_${now.holds}`, place), names, retry: true };
    case "refused":
    case "cleared":
      return { kind: "failed", text: getMessage(`sink_${now.holds}`, place), names };
    case "expired":
      return {
        kind: "warning",
        text:
          now.expires_at === undefined
            ? getMessage("sink_expired", place)
            : getMessage("sink_expired_at", place, formatTime(now.expires_at)),
        names,
      };
    case "unreadable":
      return problem && problemLine("failed", problem, place);
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
  const { kind, place, at } = report;
  const names = [place];
  switch (report.outcome) {
    case "failed":
      // Somebody else wrote it meanwhile.
      if (now?.holds === "newest") return { kind: "written", text: getMessage("sink_newest", place), names };
      return problemLine("failed", report, kind === "keyring" ? getMessage("keyring") : place);
    case "pending":
      return { kind: "pending", text: getMessage("sink_pending", place), names };
    default: {
      const key = kind === "keyring" ? "sink_in_keyring" : kind === "command" ? "sink_given" : "sink_written";
      return { kind: report.outcome, text: getMessage(key, place, formatTime(at)), names };
    }
  }
}

/**
 * A problem in few words if its code has some, with the host's own beside them.
 * @param {"failed" | "warning"} kind
 * @param {import("../../types/messages.js").Problem} problem
 * @param {string} [place]
 * @returns {Line}
 */
function problemLine(kind, problem, place) {
  const retry = kind === "failed" && place !== undefined;
  const names = place === undefined ? [] : [place];
  const reason = place === undefined ? undefined : reasonOf(problem);
  if (reason === undefined || place === undefined) return { kind, text: problemText(problem), names, retry };
  const key = kind === "failed" ? "place_failed" : "place_warning";
  return { kind, text: getMessage(key, place, reason), names, detail: problemText(problem), retry };
}
