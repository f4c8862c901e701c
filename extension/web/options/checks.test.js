import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { checksOf } from "./checks.js";

const BROWSER = { name: "Firefox 153.0", system: "linux x86-64" };

beforeEach(() => {
  installChrome();
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Linux" }, configurable: true });
});

/**
 * @param {Record<string, unknown>} [more]
 * @returns {any}
 */
function facts(more) {
  const last = { kind: "env-file", place: "/a/.env", at: 1, warnings: [], outcome: "written" };
  const sinks = [{ kind: "env-file", place: "/a/.env", last, now: { holds: "newest" } }];
  const status = { config: "/c.toml", problems: [], unknown: [], sinks, tokens: [] };
  return { host: { kind: "ready", version: "0.1.0" }, status, problems: [], missing: [], told: [], paused: false, ...more };
}

/**
 * How each step is, with the commands and the button that mend it.
 * @param {any} of
 * @param {any} [diagnosis]
 */
function steps(of, diagnosis) {
  const checks = checksOf(of, BROWSER, diagnosis);
  assert.deepEqual(checks.map(({ step }) => step), ["browser", "permission", "helper", "version", "place", "yt_dlp"]);
  return Object.fromEntries(checks.map(({ step, how, commands = [], fix }) => [step, [how, ...commands, ...(fix ? [fix] : [])]]));
}

const GOOD = { browser: ["good"], permission: ["good"], helper: ["good"], version: ["good"], place: ["good"], yt_dlp: ["open"] };

test("if all is well, all is well, but for what nobody has asked yet", () => {
  assert.deepEqual(steps(facts()), GOOD);
});

test("a step that fails has what mends it, and the others are as they are", () => {
  const { status } = facts();
  const [sink] = status.sinks;
  for (const [more, other] of /** @type {[any, any][]} */ ([
    [{ problems: [{ code: "not-loaded", message: "x", hint: "Reload it." }] }, { browser: ["bad", "reload"] }],
    [{ missing: ["https://m.youtube.com/*"] }, { permission: ["bad", "allow"] }],
    [
      { host: { kind: "absent", reason: "Specified native messaging host not found." } },
      { helper: ["bad", "potbridge-setup install", "again"], version: ["open"], place: ["open"] },
    ],
    [
      { host: { kind: "refused", code: "update-host", host_version: "0.0.1", message: "x" } },
      { helper: ["good"], version: ["bad", "./potbridge-setup install", "again"], place: ["open"] },
    ],
    [
      { host: { kind: "refused", code: "extension-not-allowed", message: "x" } },
      { helper: ["bad", "potbridge-setup install --extension-id abcdef", "again"], version: ["open"], place: ["open"] },
    ],
    [
      { status: { ...status, problems: [{ code: "config-invalid", message: "x" }], unknown: ["sinks"], sinks: [] } },
      { helper: ["bad", "potbridge status", "again"], place: ["open"] },
    ],
    [{ status: { ...status, sinks: [] } }, { place: ["bad", "potbridge sink add env-file /path/to/.env"] }],
    [
      { status: { ...status, sinks: [sink, { ...sink, problem: { code: "folder-missing", message: "x" }, now: { holds: "unreadable" } }] } },
      { place: ["bad", "again"] },
    ],
    // Somebody else wrote it meanwhile.
    [{ status: { ...status, sinks: [{ ...sink, last: { ...sink.last, outcome: "failed", code: "io", message: "x" } }] } }, {}],
  ])) {
    assert.deepEqual(steps(facts(more)), { ...GOOD, ...other }, JSON.stringify(more));
  }
});

test("of yt-dlp the worst is said, with its command apart from the words", () => {
  const row = (/** @type {string} */ state, /** @type {string} */ hint) => ({ part: "yt-dlp", name: "plugin", state, message: "m", hint });
  const diagnosis = (/** @type {any[]} */ ...rows) => ({ rows: [{ part: "store", name: "x", state: "fault", message: "m" }, ...rows] });
  assert.deepEqual(steps(facts(), diagnosis(row("ok", ""))).yt_dlp, ["good"]);
  assert.deepEqual(steps(facts(), diagnosis(row("ok", ""), row("warning", "install it"))).yt_dlp, ["warn"]);
  const fault = row("fault", "potbridge-setup install --yt-dlp-plugin\nthen try again");
  assert.deepEqual(steps(facts(), diagnosis(row("unknown", ""), fault)).yt_dlp, ["bad", "potbridge-setup install --yt-dlp-plugin"]);
  const missing = { ...row("warning", "pipx install yt-dlp"), name: "yt-dlp", message: "yt-dlp is not on the PATH" };
  const check = checksOf(facts(), BROWSER, /** @type {any} */ (diagnosis(missing)))[5];
  assert.deepEqual([check.text, check.commands], ["yt-dlp is not on the PATH", ["pipx install yt-dlp"]]);
  assert.match(checksOf(facts(), BROWSER, /** @type {any} */ (diagnosis(fault)))[5].text, /^plugin: m · then try again$/);
  assert.deepEqual(steps(facts(), diagnosis()).yt_dlp, ["open"]);
});
