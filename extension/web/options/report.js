// The report that a person copies: what the extension knows, and what the helper program's doctor says. It is in English, since
// it is read by others. It holds no token, no id or title of a video, no path and no password: of problems only their codes.

import { failureOf } from "./checks.js";

/**
 * @param {import("./facts.js").Facts} facts
 * @param {{
 *   browser: {name: string, system: string},
 *   language: string,
 *   privateWindows: boolean,
 *   at: number,
 *   diagnosis?: import("./checks.js").Diagnosis,
 *   failure?: {code: string},
 * }} more `failure`: why there is no diagnosis.
 */
export function reportOf(facts, { browser, language, privateWindows, at, diagnosis, failure }) {
  const { host, status, problems, counters, told, missing, paused } = facts;
  const { version, permissions = [] } = chrome.runtime.getManifest();
  const sinks = (status?.sinks ?? []).map((sink) => {
    const state = failureOf(sink)?.code ?? sink.now?.holds ?? sink.last?.outcome ?? "nothing yet";
    return `${sink.kind} ${state}`;
  });
  const codes = [...problems, ...(status?.problems ?? [])].map(({ code }) => code);
  const lines = [
    `potbridge's extension ${version}, ${new Date(at).toISOString()}`,
    `browser: ${browser.name}, ${browser.system}, ${language}`,
    `permissions: ${permissions.join(" ")}`,
    `sites not permitted: ${listed(missing)}`,
    `private windows: ${privateWindows ? "allowed" : "not allowed"}`,
    `capture: ${paused ? "paused" : "on"}`,
    `helper program: ${hostInWords(host)}`,
    `places: ${listed(sinks)}`,
    `problems: ${listed(codes)}`,
    `told of: ${listed(told.map((fault) => fault.split("/")[1] ?? "").filter(isWord))}`,
    `not tokens: ${listed(Object.entries(counters ?? {}).map(([kind, count]) => `${kind} ${count}`))}`,
  ];
  const doctor = diagnosis?.text.trimEnd() ?? `the doctor said nothing: ${failure?.code ?? "not asked"}`;
  return `${lines.join("\n")}\n\n${doctor}\n`;
}

/**
 * @param {string[]} words
 */
function listed(words) {
  return words.length === 0 ? "none" : words.join(", ");
}

/**
 * A path could be a name.
 * @param {string} text
 */
function isWord(text) {
  return /^[a-z-]+$/.test(text);
}

/**
 * @param {import("../host-port.js").HostState} host
 */
function hostInWords(host) {
  switch (host.kind) {
    case "ready":
      return `connected, ${host.version}`;
    case "refused":
      return `refused, ${host.code}, ${host.host_version ?? "?"}`;
    case "absent":
      // The browser's own sentence. One with a path says where somebody's home is.
      return /[/\\]/.test(host.reason) ? "absent" : `absent: ${host.reason}`;
    default:
      return host.kind;
  }
}
