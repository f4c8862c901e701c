// The problem that the popup shows, with what to do about it.

import { getMessage } from "../i18n.js";
import { problemText } from "../problem-text.js";

const INSTALL = "potbridge-setup install";

/**
 * @typedef {{title: string, what: string, command?: string, missing?: string[]}} Problem
 *   `missing` are the hosts whose permission is to be asked for.
 */

/**
 * The problem to solve first, if there is one.
 * @param {{
 *   missing: string[],
 *   own: import("../problems.js").ExtensionProblem[],
 *   host: import("../host-port.js").HostState,
 *   status?: import("../../types/messages.js").Status,
 * }} state
 * @returns {Problem | undefined}
 */
export function problemOf({ missing, own, host, status }) {
  const notLoaded = own.find(({ code }) => code === "not-loaded");
  if (notLoaded) return { title: getMessage("problem_not_loaded_title"), what: problemText(notLoaded) };
  if (missing.length > 0) {
    const isAll = missing.length === chrome.runtime.getManifest().host_permissions?.length;
    const sites = isAll ? "YouTube" : missing.map(siteOf).join(", ");
    return { title: getMessage("youtube_title"), what: getMessage("youtube_what", sites), missing };
  }
  const failed = own.find(({ code }) => code === "storage-failed");
  if (failed) return { title: getMessage("problem_storage_failed_title"), what: problemText(failed) };
  if (host.kind === "refused") return misfit(host) ?? { title: getMessage("refused_title"), what: problemText(host) };
  if (host.kind === "absent") return absent(host.reason);
  if (host.kind !== "ready" || !status) return undefined;
  const [problem] = status.problems ?? [];
  if (problem) return { title: getMessage("problem_title"), what: problemText(problem) };
  if (status.sinks.length === 0) {
    return {
      title: getMessage("no_sink_title"),
      what: getMessage("no_sink_what", status.config),
      command: `${INSTALL} --env-file /path/to/.env`,
    };
  }
  return undefined;
}

/**
 * `m.youtube.com` of `https://m.youtube.com/*`.
 * @param {string} pattern
 */
function siteOf(pattern) {
  return pattern.replace(/^https:\/\/(\*\.)?/, "").replace(/\/\*$/, "");
}

/**
 * Which side is too old for the other, and how it is updated.
 * @param {Extract<import("../host-port.js").HostState, {kind: "refused"}>} host
 * @returns {Problem | undefined}
 */
function misfit({ code, host_version: version = "?" }) {
  const { version: own } = chrome.runtime.getManifest();
  switch (code) {
    case "update-extension":
      return { title: getMessage("update_extension_title"), what: getMessage("update_extension_what", own, version) };
    case "update-host":
      return {
        title: getMessage("update_host_title"),
        what: getMessage("update_host_what", version, own),
        command: isWindows() ? `.\\${INSTALL}` : `./${INSTALL}`,
      };
    default:
      return undefined;
  }
}

/** Its two shells take no program of their folder by the same words as others. */
function isWindows() {
  return navigator.userAgent.includes("Windows");
}

/**
 * Why the browser cannot start the host. Browsers say it only in prose. Chromium tells a missing host from one that is
 * forbidden or that broke. Firefox has one sentence for a host that is missing, mis-registered or closed to this
 * extension.
 * @param {string} reason
 * @returns {Problem}
 */
function absent(reason) {
  if (/forbidden/i.test(reason)) {
    return {
      title: getMessage("forbidden_title"),
      what: getMessage("forbidden_what", chrome.runtime.id),
      command: `${INSTALL} --extension-id ${chrome.runtime.id}`,
    };
  }
  if (/not found|no such native application/i.test(reason)) {
    return { title: getMessage("missing_title"), what: getMessage("missing_what"), command: INSTALL };
  }
  return { title: getMessage("exited_title"), what: getMessage("exited_what", reason), command: "potbridge status" };
}
