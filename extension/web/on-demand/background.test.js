import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeTabs, installChrome, installFirefox, settle } from "../../testing/fake-chrome.js";
import { showOnAction } from "../action.js";
import { onDemandSettings, tokenRequests, videosOpenedAt } from "../storage.js";
import { onDemand } from "./background.js";

const START = 1_800_000_000_000;
/** @type {FakeTabs} */
let tabs;
/** @type {import("../../testing/fake-chrome.js").FakeAction} */
let action;
/** @type {import("../../types/messages.js").ToHost[]} What the host was told. */
let posted;
/** @type {string[]} The videos whose tokens are known. */
let known;
/** @type {string[]} The requests that wait for a token. */
let open;
let isPaused = false;
/** @type {import("../feature.js").BackgroundFeature} */
let feature;

beforeEach(() => {
  ({ fakeTabs: tabs, action } = installFirefox());
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  [posted, known, open] = [[], [], []];
  isPaused = false;
  make();
});

function make() {
  feature = onDemand(
    /** @type {any} */ ({
      post: (/** @type {any} */ message) => posted.push(message),
      ready: Promise.resolve(),
      isPaused: () => isPaused,
      pageOf: async (/** @type {string} */ address) => ({ video_id: address.split("v=")[1], music: false }),
      requestToken(/** @type {import("../observer.js").OpenRequest} */ { id, video_id }) {
        if (known.includes(video_id)) return true;
        open.push(id);
        return false;
      },
      dropRequest: (/** @type {string} */ id) => open.splice(open.indexOf(id), 1),
      expectTokens() {},
    }),
  );
}

/**
 * A request that the configuration allows.
 * @param {string} id
 * @param {string} video_id
 * @param {boolean} [bypass_cache]
 */
async function ask(id, video_id, bypass_cache = false) {
  feature.onHostMessage?.({
    type: "token-request",
    id,
    video_id,
    music: false,
    client: "get",
    bypass_cache,
    allowed: true,
    timeout_ms: 30_000,
  });
  await settle();
  await settle();
}

async function ready(unattended = false) {
  feature.onReady?.({ unattended });
  await settle();
}

function opened() {
  return tabs.tabs.map(({ url }) => url).filter((url) => url.includes("youtube"));
}

async function states() {
  return (await tokenRequests.get()).map(({ state }) => state);
}

test("the host is told once whether token requests are accepted", async () => {
  await ready();
  assert.deepEqual(posted, [{ type: "accept-token-requests", accept: true, undecided: true }]);
  await onDemandSettings.change({ limit: 5 });
  await settle();
  assert.equal(posted.length, 1);
  for (const accept of [true, false]) {
    await onDemandSettings.change({ accept });
    await settle();
    assert.deepEqual(posted.at(-1), { type: "accept-token-requests", accept, undecided: false });
  }
  assert.equal(posted.length, 3);
});

test("a requested video opens in the background", async () => {
  await ready();
  await ask("r1", "v1");
  assert.deepEqual(opened(), ["https://www.youtube.com/watch?v=v1"]);
  assert.deepEqual(await states(), ["waiting"]);
});

test("the button in the toolbar tells that a token is fetched", async () => {
  // Another test may have left it so.
  showOnAction({ fetching: false });
  await ready();
  await ask("r1", "v1");
  assert.equal(action.badge, "…");
  feature.onAnswered?.("r1");
  await settle();
  assert.equal(action.badge, "");
});

test("a known token answers a request, and no video opens", async () => {
  known.push("v1");
  await ask("r1", "v1");
  assert.deepEqual(await states(), ["captured"]);
  assert.deepEqual([opened(), open], [[], []]);
});

test("the user's own request opens the video, also if programs may not ask, and the host hears nothing of it", async () => {
  await onDemandSettings.change({ accept: false });
  await ready();
  const before = posted.length;
  const request = { type: "on-demand/renew", video_id: "v1", music: false };
  assert.equal(feature.onRequest?.(request, () => {}), false);
  await settle();
  assert.deepEqual(opened(), ["https://www.youtube.com/watch?v=v1"]);
  mock.timers.tick(60_000);
  await settle();
  assert.deepEqual(await states(), ["no-token"]);
  assert.equal(posted.length, before);
});

test("a token that comes answers the request and closes its tab", async () => {
  await ask("r1", "v1");
  assert.deepEqual(open, ["r1"]);
  feature.onAnswered?.("r1");
  await settle();
  mock.timers.tick(500);
  await settle();
  assert.deepEqual(await states(), ["captured"]);
  assert.ok(!opened().includes("https://www.youtube.com/watch?v=v1"));
});

test("a request is refused while the user accepts none", async () => {
  await onDemandSettings.change({ accept: false });
  await ask("r1", "v1");
  assert.deepEqual(opened(), []);
  const [message] = posted;
  assert.ok(message.type === "token-request-failed" && message.code === "turned-off" && message.hint, String(message));
});

test("a request over the hourly limit is refused with the next time", async () => {
  await onDemandSettings.change({ limit: 1 });
  await ask("r1", "v1");
  await ask("r2", "v2");
  assert.deepEqual(opened(), ["https://www.youtube.com/watch?v=v1"]);
  const failure = posted.find(({ type }) => type === "token-request-failed");
  assert.ok(failure?.type === "token-request-failed" && failure.code === "too-many");
  assert.match(failure.hint ?? "", /^Next at /);
});

test("a second request for an open video counts once", async () => {
  await onDemandSettings.change({ limit: 1 });
  await ask("r1", "v1");
  await ask("r2", "v1");
  assert.deepEqual(posted, []);
});

test("a request that is withdrawn ends, and nothing of it stays open", async () => {
  await ready();
  await ask("r1", "v1");
  const tab = tabs.tabs.find(({ url }) => url.includes("v=v1"));
  assert.equal(feature.isAwaited?.(tab?.id ?? 0), true);
  feature.onHostMessage?.({ type: "token-request-withdrawn", id: "r1" });
  await settle();
  assert.deepEqual([await states(), open, opened()], [["lost"], [], []]);
  assert.equal(feature.isAwaited?.(tab?.id ?? 0), false);
  assert.equal(posted.length, 1, "it is not answered");
});

test("one that is withdrawn at once opens nothing", async () => {
  await ready();
  const message = { type: "token-request", id: "r1", video_id: "v1", music: false, client: "get", timeout_ms: 30_000 };
  feature.onHostMessage?.(/** @type {any} */ (message));
  feature.onHostMessage?.({ type: "token-request-withdrawn", id: "r1" });
  feature.onHostMessage?.({ type: "token-request-withdrawn", id: "r2" });
  await settle();
  await ask("r2", "v2");
  assert.deepEqual(opened(), ["https://www.youtube.com/watch?v=v2"]);
  assert.deepEqual(open, ["r2"]);
});

test("in a browser that nobody looks at requests are accepted, and videos open in front", async () => {
  await onDemandSettings.change({ accept: false, limit: 1 });
  await ready(true);
  assert.deepEqual(posted, [{ type: "accept-token-requests", accept: true, undecided: false }]);
  await ask("r1", "v1");
  feature.onAnswered?.("r1");
  await settle();
  await ask("r2", "v2");
  mock.timers.tick(1000);
  await settle();
  assert.deepEqual(
    tabs.tabs.map(({ url, active }) => [url, active]),
    [
      ["https://example.org/", true],
      ["https://www.youtube.com/watch?v=v2", true],
    ],
  );
});

test("in such a browser 600 videos an hour are opened", async () => {
  await videosOpenedAt.set(Array.from({ length: 600 }, () => START));
  make();
  await ready(true);
  await ask("r601", "v1");
  const failed = posted.filter((message) => message.type === "token-request-failed");
  assert.deepEqual(
    failed.map(({ id, code }) => [id, code]),
    [["r601", "too-many"]],
  );
  assert.match(failed[0].message, /own browser is reached \(videos: 600\)/);
});

test("after a window that nobody could see none is opened, until the user changes something", async () => {
  const state = { hidden: true, plays: false, held: false };
  tabs = installChrome({ scripting: { executeScript: async () => [{ result: state }] } }).fakeTabs;
  make();
  await ready();
  await ask("r1", "v1");
  for (let times = 0; times < 5; times += 1) {
    mock.timers.tick(250);
    await settle();
  }
  await ask("r2", "v2");
  const failed = posted.filter((message) => message.type === "token-request-failed");
  assert.deepEqual(
    failed.map(({ id, code }) => [id, code]),
    [
      ["r1", "page-hidden"],
      ["r2", "page-hidden"],
    ],
  );
  assert.deepEqual([tabs.windows.length, open], [1, []]);
  await onDemandSettings.change({ raise: true });
  await settle();
  await ask("r3", "v3");
  assert.equal(tabs.windows.length, 2);
});

test("a request of an earlier connection is dropped", async () => {
  await ready();
  feature.onHostMessage?.({
    type: "token-request",
    id: "r1",
    video_id: "v1",
    music: false,
    client: "get",
    bypass_cache: false,
    allowed: true,
    timeout_ms: 30_000,
  });
  feature.onLost?.();
  await settle();
  assert.deepEqual(opened(), []);
});

test("an open request is lost with the connection, and its tab closed", async () => {
  await ready();
  await ask("r1", "v1");
  feature.onLost?.();
  await settle();
  assert.deepEqual(await states(), ["lost"]);
  assert.deepEqual(open, []);
  assert.deepEqual(opened(), []);
});

test("a page that does not play its video answers the request", async () => {
  await ready();
  await ask("r1", "v1");
  const tab = tabs.tabs.find(({ url }) => url.includes("v=v1"));
  feature.onPlaybackError?.(
    { status: "UNPLAYABLE", reason: "Removed.", isPrivate: false, loggedIn: false },
    /** @type {any} */ ({ tab, url: tab?.url }),
  );
  await settle();
  const [, failure] = posted;
  assert.ok(failure.type === "token-request-failed" && failure.code === "not-playable", String(failure));
  assert.deepEqual(await states(), ["not-playable"]);
  assert.deepEqual(open, []);
});

test("it is busy until the tab of the last request is closed", async () => {
  assert.equal(feature.isBusy?.(), false);
  await ready();
  await ask("r1", "v1");
  assert.equal(feature.isBusy?.(), true);
  feature.onAnswered?.("r1");
  await settle();
  mock.timers.tick(500);
  await settle();
  assert.equal(feature.isBusy?.(), true, "the tab is parked");
  mock.timers.tick(30_000);
  await settle();
  assert.equal(feature.isBusy?.(), false);
});

test("while the capture is paused every request fails, also one that a known token would answer", async () => {
  await ready();
  await ask("r1", "v1");
  isPaused = true;
  feature.onPaused?.();
  known = ["v2"];
  await ask("r2", "v2");
  const failed = posted.filter((message) => message.type === "token-request-failed");
  assert.deepEqual(
    failed.map(({ id, code, hint }) => [id, code, hint]),
    [
      ["r1", "capture-paused", "Resume it there."],
      ["r2", "capture-paused", "Resume it there."],
    ],
  );
  assert.deepEqual([await states(), open], [["capture-paused", "capture-paused"], []]);
  isPaused = false;
  await ask("r3", "v2");
  assert.equal((await states())[0], "captured");
});

test("a request for a private window fails at once", async () => {
  await ready();
  const request = { type: "token-request", id: "r1", video_id: "v1", timeout_ms: 30_000 };
  feature.onHostMessage?.(/** @type {any} */ ({ ...request, container: "firefox-private" }));
  await settle();
  const failed = posted.at(-1);
  assert.deepEqual(failed?.type === "token-request-failed" && failed.code, "cannot-open");
  assert.deepEqual([opened(), open], [[], []]);
});
