import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../../testing/fake-chrome.js";
import { downloadChoices, downloads as storedDownloads, noticeSettings, profile } from "../storage.js";
import { downloads } from "./background.js";

/** @type {any[]} What the host was told. */
let posted;
/** @type {string[]} */
let notified;
const onNotificationClicked = new FakeEvent();
let incognito = false;
let isPermitted = true;
const onAdded = new FakeEvent();
/** @type {import("../feature.js").BackgroundFeature} */
let feature;

beforeEach(async () => {
  [posted, notified, incognito, isPermitted] = [[], [], false, true];
  onAdded.listeners.clear();
  onNotificationClicked.listeners.clear();
  installChrome({
    runtime: {
      getURL: () => "moz-extension://abcdef/",
      onInstalled: new FakeEvent(),
      onStartup: new FakeEvent(),
    },
    tabs: { get: async () => ({ id: 7, cookieStoreId: "firefox-container-1", incognito }) },
    permissions: { contains: async () => isPermitted, onAdded },
    cookies: {
      getAll: async (/** @type {any} */ { storeId }) => [
        { name: "PREF", value: storeId, domain: ".youtube.com", path: "/", secure: true, httpOnly: false },
      ],
    },
    contextMenus: { onClicked: new FakeEvent() },
    commands: { onCommand: new FakeEvent() },
    notifications: {
      onClicked: onNotificationClicked,
      create: async (/** @type {string} */ id) => notified.push(id),
      clear: async () => {},
    },
  });
  await profile.set("p1");
  feature = downloads(
    /** @type {any} */ ({ post: (/** @type {any} */ message) => posted.push(message), connect() {} }),
  );
  feature.onReady?.({ unattended: false });
  feature.onHostMessage?.({ type: "downloads", dir: "/v", downloads: [download("d0", "failed")] });
});

/**
 * @param {string} id
 * @param {import("../../types/messages.js").DownloadState} state
 * @returns {import("./download.js").Download}
 */
function download(id, state) {
  return { id, preset: "best", subtitles: false, state, progress: { bytes: 0 }, notices: [], asked_at: 1, at: 1 };
}

/**
 * Sends what the popup sends. `get` returns the answer.
 * @param {any} request
 */
async function ask(request) {
  /** @type {any} */
  let answer;
  const answers = feature.onRequest?.(request, (given) => (answer = given));
  await settle();
  return { answers, get: () => answer };
}

const START = {
  type: "download/start",
  target: { video_id: "v1", list_id: "PL1", music: false },
  preset: "720p",
  subtitles: true,
  playlist: false,
  tab: 7,
};

test("the host is asked for its downloads first", () => {
  assert.deepEqual(posted, [{ type: "list-downloads" }]);
});

test("the popup starts a download in the session of its tab", async () => {
  const answer = await ask(START);
  assert.equal(answer.answers, true);
  const { type, id, request } = posted[1];
  assert.equal(type, "start-download");
  assert.deepEqual(JSON.parse(JSON.stringify(request)), {
    video_id: "v1",
    music: false,
    preset: "720p",
    subtitles: true,
    cookies: [],
    session: { profile: "p1", container: "firefox-container-1" },
  });
  assert.equal(answer.get(), undefined);
  feature.onHostMessage?.({ type: "download-started", id, download_id: "d1" });
  await settle();
  assert.deepEqual(answer.get(), {});
});

test("a download from a private window is the private session's", async () => {
  incognito = true;
  await ask(START);
  assert.equal(posted[1].request.session.private, true);
  await ask({ ...START, tab: undefined, session: { container: "firefox-container-2", private: true } });
  const { profile, ...session } = posted[2].request.session;
  assert.deepEqual(session, { container: "firefox-container-2", private: true });
});

test("a whole playlist is named only if it is wanted", async () => {
  await ask({ ...START, playlist: true });
  assert.equal(posted[1].request.list_id, "PL1");
});

test("a download that the host refuses tells the popup the reason", async () => {
  const answer = await ask(START);
  feature.onHostMessage?.({
    type: "error",
    id: posted[1].id,
    code: "yt-dlp-missing",
    message: "No yt-dlp.",
    hint: "Install it.",
  });
  await settle();
  assert.deepEqual(answer.get(), { error: "yt-dlp is not installed" });
});

test("cookies go along if chosen, and a retry takes the same session's", async () => {
  await downloadChoices.change({ cookies: true });
  await ask(START);
  assert.deepEqual(
    posted[1].request.cookies.map((/** @type {any} */ { value }) => value),
    ["firefox-container-1"],
  );
  feature.onHostMessage?.({ type: "download-started", id: posted[1].id, download_id: "d1" });
  await settle();
  await ask({ type: "download/action", id: "d1", action: "retry" });
  assert.equal(posted[2].cookies[0].value, "firefox-container-1");
  await ask({ type: "download/action", id: "d1", action: "cancel" });
  assert.deepEqual([posted[3].action, posted[3].cookies], ["cancel", undefined]);
});

test("a retry with the login waits until it is permitted, and changes no choice", async () => {
  isPermitted = false;
  await ask({ type: "download/action", id: "d0", action: "retry", login: true });
  assert.equal(posted.length, 1);
  isPermitted = true;
  onAdded.emit({});
  await settle();
  assert.deepEqual([posted[1].action, posted[1].cookies.length], ["retry", 1]);
  onAdded.emit({});
  await ask({ type: "download/action", id: "d0", action: "retry", login: true });
  assert.deepEqual([posted.length, posted[2].cookies.length], [3, 1]);
  await ask({ type: "download/action", id: "d0", action: "retry" });
  assert.deepEqual(posted[3].cookies, []);
});

test("an action that the host refuses is shown at its download", async () => {
  await ask({ type: "download/action", id: "d0", action: "retry" });
  feature.onHostMessage?.({ type: "error", id: posted[1].id, code: "download-running", message: "It runs." });
  await settle();
  assert.deepEqual((await storedDownloads.get())?.actionErrors, { d0: "It is under way already" });
});

test("a download that ends is notified of, and a click opens it", async () => {
  await noticeSettings.change({ downloads: "all" });
  feature.onHostMessage?.({ type: "download-changed", download: download("d1", "done") });
  await settle();
  assert.deepEqual(notified, ["download/done/d1"]);
  onNotificationClicked.emit("download/done/d1");
  await settle();
  assert.deepEqual([posted[1].type, posted[1].download_id, posted[1].action], ["download-action", "d1", "open"]);
});

test("a message of another feature is left alone", async () => {
  const { answers } = await ask({ type: "another" });
  assert.equal(answers, false);
  assert.equal(posted.length, 1);
});
