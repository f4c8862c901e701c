import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { downloads } from "../storage.js";
import { DownloadList } from "./list.js";

/** @type {string[]} The downloads that ended. */
let ended;
/** @type {DownloadList} */
let list;

beforeEach(() => {
  installChrome();
  ended = [];
  list = new DownloadList(({ id }) => ended.push(id));
});

/**
 * @param {string} id
 * @param {import("../../types/messages.js").DownloadState} state
 * @returns {import("./download.js").Download}
 */
function download(id, state) {
  return { id, preset: "best", subtitles: false, state, progress: { bytes: 0 }, notices: [], asked_at: 1, at: 1 };
}

async function shown() {
  const { downloads: all = [], actionErrors } = (await downloads.get()) ?? {};
  return { all: all.map(({ id, state }) => `${id} ${state}`), actionErrors };
}

test("the host's list is shown", async () => {
  list.replace({ dir: "/v", downloads: [download("b", "downloading"), download("a", "done")] });
  assert.deepEqual(await shown(), { all: ["b downloading", "a done"], actionErrors: {} });
  assert.equal(list.running, 1);
  assert.deepEqual(ended, []);
});

test("a change replaces its download, and a new download comes first", async () => {
  list.replace({ dir: "/v", downloads: [download("b", "queued"), download("a", "done")] });
  list.update(download("b", "downloading"));
  list.update(download("c", "queued"));
  assert.deepEqual((await shown()).all, ["c queued", "b downloading", "a done"]);
  assert.equal(list.running, 2);
});

test("a download that ends is heard of once", () => {
  list.replace({ dir: "/v", downloads: [download("a", "downloading")] });
  list.update(download("a", "done"));
  list.update(download("a", "done"));
  list.update(download("b", "failed"));
  assert.deepEqual(ended, ["a", "b"]);
});

test("an action's error is shown until the download changes", async () => {
  list.replace({ dir: "/v", downloads: [download("a", "done"), download("b", "failed")] });
  list.actionFailed("a", "The file is gone.");
  list.actionFailed("b", "No.");
  assert.deepEqual((await shown()).actionErrors, { a: "The file is gone.", b: "No." });
  list.update(download("b", "queued"));
  assert.deepEqual((await shown()).actionErrors, { a: "The file is gone." });
});

test("without a host nothing is shown and nothing runs", async () => {
  list.replace({ dir: "/v", downloads: [download("a", "downloading")] });
  list.clear();
  list.update(download("a", "done"));
  list.actionFailed("a", "No.");
  assert.equal(await downloads.get(), null);
  assert.equal(list.running, 0);
  assert.deepEqual(ended, []);
});
