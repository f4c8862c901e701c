// The problem that the popup shows: what happened, and the one thing to do about it. The words go by code, so that they
// can be translated. What the host or the browser said itself is the detail, and stands in for words that are missing.

import { getMessage } from "../i18n.js";
import { problemText } from "../problem-text.js";

const INSTALL = "potbridge-setup install";

/** @typedef {"copy" | "guide" | "choose" | "reload" | "allow" | "again"} Fix */

/**
 * `command`: what solves it in a terminal. `fix`: what the button does: `copy` copies the command, `guide` and `choose` lead to
 * the first-run page. `again`: whether looking once more may help. `isOff`: whether nothing is read at all. `detail`: somebody else's words. `names`: what in
 * the text is a name or a path. `missing`: the sites whose permission is to be asked for.
 * @typedef {{
 *   code: string, title: string, text: string, fix: Fix, again?: boolean,
 *   command?: string, detail?: string, isOff?: boolean, names?: string[], missing?: string[],
 * }} Problem
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
  if (notLoaded) return { ...ofExtension(notLoaded), isOff: true };
  if (missing.length > 0) return notPermitted(missing);
  const failed = own.find(({ code }) => code === "storage-failed");
  if (failed) return ofExtension(failed);
  if (host.kind === "refused") return refused(host);
  if (host.kind === "absent") return absent(host.reason);
  if (host.kind !== "ready" || !status) return undefined;
  const [problem] = status.problems ?? [];
  if (problem) return ofHost(problem);
  if (status.sinks.length > 0 || status.unknown?.includes("sinks")) return undefined;
  return {
    code: "no-place",
    title: getMessage("no_place_title"),
    text: getMessage("no_place_text"),
    command: "potbridge sink add env-file /path/to/.env",
    fix: "choose",
    again: true,
    detail: getMessage("no_place_detail", status.config),
    names: [status.config],
  };
}

/**
 * @param {import("../problems.js").ExtensionProblem} problem
 * @returns {Problem}
 */
function ofExtension({ code, message, hint }) {
  const key = code.replaceAll("-", "_");
  const title = getMessage(`problem_${key}_title`);
  return { code, title, text: hint, fix: "reload", detail: message };
}

/**
 * @param {string[]} missing
 * @returns {Problem}
 */
function notPermitted(missing) {
  const isOff = missing.length === chrome.runtime.getManifest().host_permissions?.length;
  const sites = isOff ? ["YouTube"] : missing.map(siteOf);
  return {
    code: "not-permitted",
    title: getMessage("youtube_title"),
    text: getMessage("youtube_what", sites.join(", ")),
    fix: "allow",
    isOff,
    names: sites,
    missing,
  };
}

/**
 * `m.youtube.com` of `https://m.youtube.com/*`.
 * @param {string} pattern
 */
function siteOf(pattern) {
  return pattern.replace(/^https:\/\/(\*\.)?/, "").replace(/\/\*$/, "");
}

/**
 * The host runs, and does not work with this extension. If one is too old for the other, how it is updated.
 * @param {Extract<import("../host-port.js").HostState, {kind: "refused"}>} host
 * @returns {Problem}
 */
function refused(host) {
  const { code, host_version: version = "?" } = host;
  const { version: own } = chrome.runtime.getManifest();
  switch (code) {
    case "update-extension":
      return {
        code,
        title: getMessage("update_extension_title"),
        text: getMessage("update_extension_what", own, version),
        fix: "reload",
      };
    case "update-host":
      return {
        code,
        title: getMessage("update_host_title"),
        text: getMessage("update_host_what", version, own),
        command: isWindows() ? `.\\${INSTALL}` : `./${INSTALL}`,
        fix: "copy",
        again: true,
      };
    case "extension-not-allowed":
      return { ...notTrusted(), detail: problemText(host) };
    default:
      return { code, title: getMessage("refused_title"), text: problemText(host), fix: "again" };
  }
}

/** Its two shells take no program of their folder by the same words as others. */
function isWindows() {
  return navigator.userAgent.includes("Windows");
}

/** @returns {Problem} */
function notTrusted() {
  const { id } = chrome.runtime;
  return {
    code: "extension-not-allowed",
    title: getMessage("forbidden_title"),
    text: getMessage("forbidden_what"),
    command: `${INSTALL} --extension-id ${id}`,
    fix: "copy",
    again: true,
  };
}

/**
 * Why the browser cannot start the host. Browsers say it only in prose. Chromium tells a missing host from one that is
 * forbidden or that broke. Firefox has one sentence for a host that is missing, mis-registered or closed to this
 * extension.
 * @param {string} reason
 * @returns {Problem}
 */
function absent(reason) {
  if (/forbidden/i.test(reason)) return { ...notTrusted(), detail: getMessage("browser_said", reason) };
  const more = { again: true, detail: reason && getMessage("browser_said", reason) };
  return /not found|no such native application/i.test(reason)
    ? {
        code: "host-missing",
        title: getMessage("missing_title"),
        text: getMessage("missing_what"),
        command: INSTALL,
        fix: "guide",
        ...more,
      }
    : {
        code: "host-failed",
        title: getMessage("exited_title"),
        text: getMessage("exited_what"),
        command: "potbridge status",
        fix: "copy",
        ...more,
      };
}

/**
 * What the host says is wrong with its configuration, its store or a folder.
 * @param {import("../../types/messages.js").Problem} problem
 * @returns {Problem}
 */
function ofHost(problem) {
  const { code } = problem;
  const key = code.replaceAll("-", "_");
  const text = getMessage(`host_problem_${key}`);
  const title = getMessage(`host_problem_title_${key}`) || getMessage("problem_title");
  /** @type {Problem} */
  const known = { code, title, text: text || problemText(problem), fix: "again" };
  return text ? { ...known, detail: problemText(problem) } : known;
}
