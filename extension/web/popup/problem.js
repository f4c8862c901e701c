// The one thing that stands in the way, in words, with what to do about it.

import { say } from "../i18n.js";

const INSTALL = "potbridge-setup install";

/**
 * @typedef {{title: string, what: string, command?: string, asksForYouTube?: boolean}} Problem
 */

/**
 * The problem to mend first, where there is one.
 * @param {{
 *   permitted: boolean,
 *   broken?: string,
 *   host: import("../host-port.js").HostState,
 *   status?: import("../messages.js").Status,
 * }} state
 * @returns {Problem | undefined}
 */
export function problemOf({ permitted, broken, host, status }) {
  if (broken) return { title: say("broken_title"), what: say("broken_what", broken) };
  if (!permitted) {
    return { title: say("youtube_title"), what: say("youtube_what"), asksForYouTube: true };
  }
  if (host.kind === "refused") return { title: say(title(host.code)), what: host.message };
  if (host.kind === "absent") return absent(host.reason);
  if (host.kind !== "ready" || !status) return undefined;
  const [problem] = status.problems ?? [];
  if (problem) return { title: say("problem_title"), what: problem.message };
  if (status.sinks.length === 0) {
    return {
      title: say("no_sink_title"),
      what: say("no_sink_what", status.config),
      command: `${INSTALL} --env-file /path/to/.env`,
    };
  }
  return undefined;
}

/**
 * @param {string} code
 */
function title(code) {
  return code.startsWith("update-") ? "update_title" : "refused_title";
}

/**
 * Browsers say why only in prose. Chromium tells a host that is missing from one that is forbidden or that
 * broke; Firefox has one sentence for a host that is missing, mis-registered or closed to this extension.
 * @param {string} reason
 * @returns {Problem}
 */
function absent(reason) {
  if (/forbidden/i.test(reason)) {
    return { title: say("forbidden_title"), what: say("forbidden_what", chrome.runtime.id), command: INSTALL };
  }
  if (/not found|no such native application/i.test(reason)) {
    return { title: say("missing_title"), what: say("missing_what"), command: INSTALL };
  }
  return { title: say("exited_title"), what: say("exited_what", reason), command: "potbridge status" };
}
