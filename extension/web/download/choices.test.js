import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { downloadChoices } from "../storage.js";
import { readChoices } from "./choices.js";

beforeEach(() => void installChrome());

test("the first download is the best quality, without cookies", async () => {
  assert.deepEqual(await readChoices(), { preset: "best", subtitles: false, cookies: false });
});

test("the next download is as the last one", async () => {
  await downloadChoices.change({ preset: "720p" });
  await downloadChoices.change({ subtitles: true });
  assert.deepEqual(await readChoices(), { preset: "720p", subtitles: true, cookies: false });
});
