import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { formatTime } from "../i18n.js";
import { clientOf, stateOf } from "./format.js";

before(() => void installChrome());

test("a client has its name for people, and an unknown one its own", () => {
  const row = { video_id: "v", at: 1_800_000_000_000, state: /** @type {const} */ ("waiting") };
  const time = formatTime(row.at);
  assert.equal(clientOf({ ...row, client: "yt-dlp" }), `yt-dlp · ${time}`);
  assert.equal(clientOf({ ...row, client: "get" }), `potbridge get · ${time}`);
  assert.equal(clientOf({ ...row, client: "other" }), `other · ${time}`);
});

test("a failed request shows why, and another one how it stands", () => {
  const row = { video_id: "v", client: "get", at: 1 };
  assert.equal(stateOf({ ...row, state: "no-token", message: "none came" }), "none came");
  assert.equal(stateOf({ ...row, state: "waiting" }), "Waiting for the token…");
  assert.equal(stateOf({ ...row, state: "captured" }), "The token came.");
  assert.equal(stateOf({ ...row, state: "lost" }), "Cancelled: the program stopped waiting.");
});
