// The way of a token, step by step: whether each works, and what mends it.

import { getMessage } from "../i18n.js";
import { problemOf } from "../popup/problem.js";
import { reasonOf } from "../problem-text.js";

/** @typedef {import("../../types/messages.js").DiagnosisRow} DiagnosisRow */
/** @typedef {Extract<import("../../types/messages.js").FromHost, {type: "diagnosis"}>} Diagnosis */

/**
 * `names`: what in the text is a name or a path. `commands`: what mends it in a terminal. `fix`: what a button does about it.
 * `missing`: the sites whose permission is to be asked for.
 * @typedef {{
 *   step: "browser" | "permission" | "helper" | "version" | "place" | "yt_dlp", how: "good" | "bad" | "warn" | "open", text: string,
 *   names?: string[], commands?: string[], fix?: "allow" | "reload" | "again", missing?: string[],
 * }} Check
 */

/** What makes a problem of the helper program one of its version. */
const VERSIONS = ["update-host", "update-extension"];

/**
 * @param {import("./facts.js").Facts} facts
 * @param {{name: string, system: string}} browser
 * @param {Diagnosis | undefined} diagnosis What the doctor said, if it was asked.
 * @returns {Check[]}
 */
export function checksOf(facts, browser, diagnosis) {
  return [ofBrowser(facts, browser), ofPermission(facts), ofHelper(facts), ofVersion(facts), ofPlace(facts), ofYtDlp(diagnosis)];
}

/**
 * @param {import("./facts.js").Facts} facts
 * @param {{name: string}} browser
 * @returns {Check}
 */
function ofBrowser({ problems }, { name }) {
  const [problem] = problems;
  if (!problem) return { step: "browser", how: "good", text: name };
  const title = getMessage(`problem_${problem.code.replaceAll("-", "_")}_title`);
  return { step: "browser", how: "bad", text: `${title} · ${problem.hint}`, fix: "reload" };
}

/**
 * @param {import("./facts.js").Facts} facts
 * @returns {Check}
 */
function ofPermission({ missing }) {
  if (missing.length === 0) return { step: "permission", how: "good", text: getMessage("check_permission") };
  const problem = problemOf({ missing, own: [], host: { kind: "connecting" } });
  return { step: "permission", how: "bad", text: problem?.text ?? "", names: problem?.names, fix: "allow", missing };
}

/**
 * @param {import("./facts.js").Facts} facts
 * @returns {Check}
 */
function ofHelper({ host, status }) {
  const step = "helper";
  if (host.kind === "connecting") return { step, how: "open", text: getMessage("header_connecting") };
  const problem = problemOf({ missing: [], own: [], host, status });
  const isFit = host.kind === "refused" && VERSIONS.includes(host.code);
  if (host.kind === "ready" || isFit) {
    const own = host.kind === "ready" && problem && problem.code !== "no-place" ? problem : undefined;
    if (!own) return { step, how: "good", text: getMessage("check_helper") };
    return { step, how: "bad", text: `${own.title} · ${own.detail ?? own.text}`, commands: ["potbridge status"], fix: "again" };
  }
  const { title = "", text = "", command } = problem ?? {};
  // The command stands below, to be copied.
  return { step, how: "bad", text: `${title} · ${text}`, commands: command ? [command] : [], fix: "again" };
}

/**
 * @param {import("./facts.js").Facts} facts
 * @returns {Check}
 */
function ofVersion({ host }) {
  const step = "version";
  const own = chrome.runtime.getManifest().version;
  if (host.kind === "ready") {
    const key = host.version === own ? "check_version" : "check_versions";
    return { step, how: "good", text: getMessage(key, host.version, own) };
  }
  const problem = host.kind === "refused" && VERSIONS.includes(host.code) ? problemOf({ missing: [], own: [], host }) : undefined;
  if (!problem) return { step, how: "open", text: getMessage("check_not_known") };
  const commands = problem.command ? [problem.command] : [];
  return { step, how: "bad", text: problem.text, commands, fix: problem.fix === "reload" ? "reload" : "again" };
}

/**
 * @param {import("./facts.js").Facts} facts
 * @returns {Check}
 */
function ofPlace({ host, status }) {
  const step = "place";
  if (host.kind !== "ready" || !status || status.unknown?.includes("sinks")) {
    return { step, how: "open", text: getMessage("check_not_known") };
  }
  const { sinks } = status;
  if (sinks.length === 0) {
    const commands = ["potbridge sink add env-file /path/to/.env"];
    return { step, how: "bad", text: getMessage("options_places_none"), commands };
  }
  for (const sink of sinks) {
    const problem = failureOf(sink);
    if (!problem) continue;
    const text = getMessage("place_failed", sink.place, reasonOf(problem) ?? problem.message);
    return { step, how: "bad", text, names: [sink.place], fix: "again" };
  }
  const key = sinks.length === 1 ? "check_place" : "check_places";
  return { step, how: "good", text: getMessage(key, String(sinks.length)) };
}

/**
 * Why a place does not hold what it should.
 * @param {import("../../types/messages.js").SinkState} sink
 */
export function failureOf({ last, now, problem }) {
  if (problem) return problem;
  return last?.outcome === "failed" && now?.holds !== "newest" ? last : undefined;
}

/**
 * Only the helper program's doctor knows.
 * @param {Diagnosis | undefined} diagnosis
 * @returns {Check}
 */
function ofYtDlp(diagnosis) {
  const step = "yt_dlp";
  const rows = diagnosis?.rows.filter(({ part }) => part === "yt-dlp") ?? [];
  const worst = ["fault", "unknown", "warning"].flatMap((state) => rows.filter((row) => row.state === state));
  const [row] = worst.length > 0 ? worst : rows;
  if (!row) return { step, how: "open", text: getMessage(diagnosis ? "check_not_known" : "check_not_yet") };
  const how = /** @type {const} */ ({ ok: "good", warning: "warn", fault: "bad", unknown: "open" })[row.state];
  const { lines, commands } = hintOf(row);
  const said = row.message.startsWith(row.name) ? row.message : `${row.name}: ${row.message}`;
  return { step, how, text: [said, ...lines].join(" · "), commands };
}

/**
 * The commands of a hint, and its other lines.
 * @param {DiagnosisRow} row
 */
function hintOf({ hint = "" }) {
  const all = (hint ?? "").split("\n").filter((line) => line !== "");
  const isCommand = (/** @type {string} */ line) => /^(\.\/|\.\\)?(potbridge(-setup)?|pipx|mkdir|mv|chmod|sudo|echo|unset) /.test(line);
  return { commands: all.filter(isCommand), lines: all.filter((line) => !isCommand(line)) };
}
