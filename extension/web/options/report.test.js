import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { reportOf } from "./report.js";

beforeEach(() => installChrome());

const more = { browser: { name: "Firefox 153.0", system: "linux x86-64" }, language: "de", privateWindows: false, at: 0 };

/** Facts in which everything that people may not give away stands somewhere. @type {any} */
const facts = {
  host: { kind: "absent", reason: "An error in /home/somebody/.local/bin/potbridge" },
  status: {
    config: "/home/somebody/config.toml",
    problems: [{ code: "config-invalid", message: "/home/somebody/config.toml: hunter2" }],
    sinks: [
      { kind: "env-file", place: "/home/somebody/.env", problem: { code: "folder-missing", message: "/home/somebody" } },
      { kind: "command", place: "curl -H hunter2", last: { outcome: "written" } },
      { kind: "keyring", place: "potbridge", last: null },
    ],
    tokens: [{ fingerprint: "MlNf…==", video_id: "jjtoor9wMnI" }],
  },
  problems: [{ code: "storage-failed", message: "/home/somebody", hint: "" }],
  counters: { cold_start: 4, fallback: 0, malformed: 0, unreadable: 0 },
  told: ["fault/place/env-file//home/somebody/.env", "fault/host"],
  missing: ["https://m.youtube.com/*"],
  paused: true,
};

test("the report has the extension's facts, and of problems only the codes", () => {
  const report = reportOf(facts, { ...more, failure: { code: "no-host" } });
  for (const line of [
    "potbridge's extension 0.1.0, 1970-01-01T00:00:00.000Z",
    "browser: Firefox 153.0, linux x86-64, de",
    "sites not permitted: https://m.youtube.com/*",
    "private windows: not allowed",
    "capture: paused",
    "helper program: absent",
    "places: env-file folder-missing, command written, keyring nothing yet",
    "problems: storage-failed, config-invalid",
    "told of: place, host",
    "not tokens: cold_start 4, fallback 0, malformed 0, unreadable 0",
    "the doctor said nothing: no-host",
  ]) {
    assert.ok(report.split("\n").includes(line), `${line} is not in ${report}`);
  }
  for (const secret of ["somebody", "hunter2", "jjtoor9wMnI", "MlNf"]) assert.ok(!report.includes(secret), secret);
});

test("the doctor's text stands in it as it came, and the browser's own sentence", () => {
  const diagnosis = /** @type {any} */ ({ type: "diagnosis", rows: [], text: "potbridge-setup 0.1.0: all is well\n\n✓ x: y\n" });
  const absent = { ...facts, host: { kind: "absent", reason: "Native host has exited." } };
  const report = reportOf(absent, { ...more, diagnosis });
  assert.ok(report.endsWith("\n\npotbridge-setup 0.1.0: all is well\n\n✓ x: y\n"), report);
  assert.ok(report.includes("\nhelper program: absent: Native host has exited.\n"));
});
