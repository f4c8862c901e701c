import assert from "node:assert/strict";
import { test } from "node:test";
import { shownTokens } from "./tokens.js";

const NOW = Date.now();
const HOUR_MS = 3_600_000;

/**
 * @param {string} fingerprint
 * @param {number} hoursAgo
 * @param {string | null} [video_id]
 * @returns {import("./tokens.js").TokenInfo}
 */
function info(fingerprint, hoursAgo, video_id = "v1") {
  const captured_at = NOW - hoursAgo * HOUR_MS;
  return {
    fingerprint,
    video_id,
    certainty: "certain",
    context: "gvs",
    client: "WEB",
    source: "sabr",
    private: false,
    captured_at,
    fresh_until: captured_at + 6 * HOUR_MS,
    expires_at: captured_at + 12 * HOUR_MS,
  };
}

/**
 * @param {string} id
 * @param {import("./tokens.js").TokenInfo} [token]
 * @returns {any}
 */
function entry(id, token) {
  return { id, order: 1, message: { type: token ? "captured" : "playing" }, token, state: "stored" };
}

test("tokens of browser and host are listed once, the newest first", () => {
  const shown = shownTokens(
    [entry("e1", info("aa…", 2)), entry("e2", info("bb…", 1)), entry("e3")],
    [info("cc…", 1.5), info("aa…", 2)],
    false,
  );
  assert.deepEqual(
    shown.map((token) => [token.info.fingerprint, token.entry?.id]),
    [
      ["bb…", "e2"],
      ["cc…", undefined],
      ["aa…", "e1"],
    ],
  );
});

test("the host's video is taken if this browser knows none", () => {
  const journal = [entry("e1", info("aa…", 1, null))];
  const [{ info: known, entry: ours }] = shownTokens(journal, [info("aa…", 1, "v1")], false);
  assert.deepEqual([known.video_id, ours?.id], ["v1", "e1"]);
});

test("a video that this browser knows stays", () => {
  const [{ info: known }] = shownTokens([entry("e1", info("aa…", 1, "v1"))], [info("aa…", 1, null)], false);
  assert.equal(known.video_id, "v1");
});

test("of one token that the host has twice the newer is listed", () => {
  const shown = shownTokens([], [info("aa…", 1, "v2"), info("aa…", 3, "v1")], false);
  assert.deepEqual(
    shown.map((token) => token.info.video_id),
    ["v2"],
  );
});

test("an expired token is not listed", () => {
  const shown = shownTokens([entry("e1", info("aa…", 12.1))], [info("bb…", 11.9)], false);
  assert.deepEqual(
    shown.map((token) => token.info.fingerprint),
    ["bb…"],
  );
});

test("the more certain of two names counts, whoever has it", () => {
  const probable = { ...info("aa…", 1, "v1"), certainty: /** @type {const} */ ("probable") };
  const certain = info("aa…", 1.5, "v2");
  for (const [journal, host] of [
    [probable, certain],
    [certain, probable],
  ]) {
    const [shown] = shownTokens([entry("e1", journal)], [host], false);
    assert.deepEqual([shown.info.video_id, shown.entry?.id], ["v2", "e1"]);
  }
});

test("private windows and the others list their own tokens", () => {
  const hidden = { ...info("pp…", 1), private: true };
  const journal = [entry("e1", hidden), entry("e2", info("aa…", 2))];
  const host = [{ ...hidden, fingerprint: "qq…" }, info("bb…", 3)];
  const list = (/** @type {boolean} */ isPrivate) =>
    shownTokens(journal, host, isPrivate).map((token) => token.info.fingerprint);
  assert.deepEqual(list(true), ["pp…", "qq…"]);
  assert.deepEqual(list(false), ["aa…", "bb…"]);
});
