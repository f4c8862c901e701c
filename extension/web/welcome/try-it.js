// The third step: a first token.

import { getMessage } from "../i18n.js";
import { sinkLines } from "../popup/format.js";

/** @typedef {import("../popup/tokens.js").Shown} Shown */
/** @typedef {import("../../types/messages.js").Status} Status */

/**
 * @param {Shown | undefined} newest The newest token.
 * @param {Status | undefined} status
 * @param {Record<string, string>} titles Of videos, by their ids.
 * @returns {import("./step.js").StepState}
 */
export function tryState(newest, status, titles) {
  if (!newest) return { kind: "open", text: getMessage("welcome_try_waiting") };
  const { video_id: id } = newest.info;
  const title = id === null ? getMessage("for_unknown") : (titles[id] ?? id);
  const lines = sinkLines(newest.entry, status);
  const [failed] = lines.filter(({ kind }) => kind === "failed");
  if (failed) return { kind: "trouble", text: failed.text, names: failed.names };
  if (lines.length === 0) return { kind: "done", text: getMessage("welcome_try_kept", title), names: [title] };
  const written = lines.find(({ kind }) => kind === "written" || kind === "unchanged");
  if (!written) return { kind: "open", text: `${getMessage("welcome_try_found", title)} ${lines[0].text}`, names: [title] };
  const place = written.names?.[0] ?? "";
  return { kind: "done", text: getMessage("said_saved", title, place), names: [title, place] };
}
