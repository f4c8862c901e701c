import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { showOnAction } from "../action.js";
import { consentQuestion, noticeSettings, onDemandSettings, tokenRequests } from "../storage.js";
import { onDemand } from "./background.js";
import { answerFor } from "./consent.js";

const START = 1_800_000_000_000;
/** @type {ReturnType<typeof installChrome>} */
let browser;
/** @type {any[]} What the host was told. */
let posted;
/** @type {string[]} The requests that wait for a token. */
let open;
let isPaused = false;
/** @type {import("../feature.js").BackgroundFeature} */
let feature;

beforeEach(async () => {
  browser = installChrome();
  // Another test may have left it otherwise.
  showOnAction({ asking: false, fetching: false });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  isPaused = false;
  make();
  feature.onReady?.({ unattended: false });
  await settle();
  posted = [];
});

/** As when the browser starts the background script. */
function make() {
  [posted, open] = [[], []];
  feature = onDemand(
    /** @type {any} */ ({
      post: (/** @type {any} */ message) => posted.push(message),
      ready: Promise.resolve(),
      isPaused: () => isPaused,
      requestToken: (/** @type {{id: string}} */ { id }) => open.push(id) === 0,
      dropRequest: (/** @type {string} */ id) => open.splice(open.indexOf(id), 1),
      expectTokens() {},
    }),
  );
}

/**
 * @param {string} id
 * @param {{client?: string, allowed?: boolean, timeout_ms?: number}} [more]
 */
async function ask(id, { client = "yt-dlp", allowed = false, timeout_ms = 30_000 } = {}) {
  const message = { id, video_id: id, music: false, client, bypass_cache: false, allowed, timeout_ms };
  feature.onHostMessage?.({ type: "token-request", ...message });
  await settle();
  await settle();
}

/** @param {object} message */
async function popup(message) {
  feature.onRequest?.(/** @type {any} */ (message), () => {});
  await settle();
}

const NOT_NOW = { type: "on-demand/not-now" };

/** @param {boolean} accept */
async function answer(accept) {
  await onDemandSettings.change({ accept });
  await settle();
  await settle();
}

async function states() {
  return (await tokenRequests.get()).map(({ state }) => state);
}

function failed() {
  const failures = posted.filter(({ type }) => type === "token-request-failed");
  return failures.map(({ id, code }) => [id, code]);
}

function opened() {
  const pages = [...browser.fakeTabs.tabs, ...browser.fakeTabs.windows].map((one) => /** @type {any} */ (one).url ?? "");
  return pages.filter((url) => url.includes("youtube")).length;
}

test("the user's answer goes before the configuration's, and what is not known is no consent", () => {
  const settings = { limit: 20, raise: false, refusedClients: ["serve", "others"] };
  const of = (/** @type {boolean | undefined} */ accept, allowed = false, client = "get", unattended = false) =>
    answerFor({ client, allowed }, { ...settings, accept }, unattended);
  assert.deepEqual([of(undefined), of(undefined, true)], ["needed", "given"]);
  assert.deepEqual([of(true), of(true, true)], ["given", "given"]);
  assert.deepEqual([of(false), of(false, true)], ["refused", "refused"]);
  // Settings that cannot be read may have said no.
  assert.equal(answerFor({ client: "get", allowed: true }, undefined, false), "needed");
  // A client that is switched off, and one that this version does not know.
  for (const client of ["serve", "newcomer"]) assert.equal(of(true, true, client), "client-refused");
  assert.equal(of(false, true, "serve"), "refused");
  // The user's own, and potbridge's own browser.
  assert.deepEqual([of(false, false, "popup"), of(false, false, "serve", true)], ["given", "given"]);
  assert.equal(answerFor({ client: "get", allowed: false }, undefined, true), "given");
});

test("the first request waits, and whoever asks meanwhile with it", async () => {
  await ask("v1");
  await ask("v2", { client: "get" });
  assert.deepEqual([await states(), failed(), opened(), feature.isBusy?.()], [["consent", "consent"], [], 0, true]);
  assert.deepEqual(await consentQuestion.get(), { state: "asked", client: "yt-dlp", video_id: "v1" });
  assert.deepEqual([browser.action.badge, browser.action.color], ["?", "#f2a60d"]);
  assert.equal(browser.action.title, "potbridge: a program waits for your answer");
  const shown = browser.notifications.shown.get("consent");
  assert.equal(shown?.title, "yt-dlp waits for your answer");
  assert.deepEqual(browser.notifications.made, ["consent"]);
});

test("who has agreed is not asked, and a known answer goes on at once", async () => {
  await answer(true);
  await ask("v1");
  assert.deepEqual([await states(), await consentQuestion.get()], [["waiting"], undefined]);
});

test("with the consent all that wait go on, within their time", async () => {
  await ask("v1", { timeout_ms: 10_000 });
  mock.timers.tick(9000);
  await answer(true);
  assert.deepEqual([await states(), await consentQuestion.get()], [["waiting"], undefined]);
  assert.equal(opened(), 1);
  assert.deepEqual([browser.action.badge, browser.notifications.shown.size], ["…", 0]);
  mock.timers.tick(700);
  await settle();
  assert.deepEqual([await states(), failed()], [["no-token"], [["v1", "no-token"]]]);
});

test("not now fails what waits, and what comes later in this session of the browser", async () => {
  await ask("v1");
  await popup(NOT_NOW);
  assert.deepEqual([failed(), browser.action.badge, browser.notifications.shown.size], [[["v1", "consent-needed"]], "", 0]);
  await ask("v2");
  assert.deepEqual(failed().at(-1), ["v2", "consent-needed"]);
  assert.deepEqual([await onDemandSettings.get(), opened(), open], [{}, 0, []]);
  assert.match(posted.at(-1).hint, /toolbar.*`potbridge config set on_demand.allow true`/);
  // Also if the browser has stopped the script in between.
  make();
  await ask("v3");
  assert.deepEqual(failed(), [["v3", "consent-needed"]]);
  // The switch is still there.
  await answer(true);
  await ask("v4");
  assert.equal((await states())[0], "waiting");
});

test("one that nobody answers fails in time, and later ones at once until somebody does", async () => {
  await ask("v1", { timeout_ms: 10_000 });
  mock.timers.tick(9699);
  assert.deepEqual(failed(), []);
  mock.timers.tick(1);
  await settle();
  assert.deepEqual(failed(), [["v1", "consent-needed"]]);
  await ask("v2");
  assert.deepEqual(failed().at(-1), ["v2", "consent-needed"]);
  assert.deepEqual([browser.action.badge, browser.notifications.made.length], ["?", 1]);
  // The script that starts anew says so too.
  make();
  await settle();
  assert.deepEqual([browser.action.badge, (await consentQuestion.get())?.state], ["?", "unanswered"]);
  await answer(true);
  await ask("v3");
  assert.deepEqual([(await states())[0], await consentQuestion.get()], ["waiting", undefined]);
});

test("a program that gives up has waited in vain too", async () => {
  await ask("v1");
  feature.onHostMessage?.({ type: "token-request-withdrawn", id: "v1" });
  await settle();
  assert.deepEqual([await states(), open, feature.isBusy?.()], [["lost"], [], false]);
  await ask("v2");
  assert.deepEqual(failed(), [["v2", "consent-needed"]]);
});

test("what is lost with its connection is asked for again, and waits again", async () => {
  await ask("v1");
  feature.onLost?.();
  await settle();
  assert.deepEqual(await states(), ["lost"]);
  feature.onReady?.({ unattended: false });
  await ask("v1");
  assert.deepEqual([await states(), browser.notifications.made.length], [["consent"], 1]);
});

test("the consent that serve writes down counts for what waits", async () => {
  await ask("v1");
  await ask("v2", { allowed: true });
  await settle();
  assert.deepEqual([await states(), await consentQuestion.get()], [["waiting", "waiting"], undefined]);
});

test("the configuration's consent counts as soon as the host tells of it", async () => {
  await ask("v1");
  for (const consent of /** @type {const} */ (["unset", "unknown", "refused"])) {
    feature.onHostMessage?.(/** @type {any} */ ({ type: "status", consent }));
    await settle();
    assert.deepEqual(await states(), ["consent"], consent);
  }
  feature.onHostMessage?.(/** @type {any} */ ({ type: "status", consent: "given" }));
  await settle();
  await settle();
  assert.deepEqual(await states(), ["waiting"]);
});

test("the user's no goes before the configuration, and ends what waits", async () => {
  await ask("v1");
  await answer(false);
  assert.deepEqual(failed(), [["v1", "turned-off"]]);
  await ask("v2", { allowed: true });
  assert.deepEqual([failed().at(-1), opened()], [["v2", "turned-off"], 0]);
});

test("a program that is switched off is told so", async () => {
  await onDemandSettings.change({ refusedClients: ["yt-dlp"], accept: true });
  await ask("v1");
  assert.deepEqual(failed(), [["v1", "turned-off"]]);
  assert.match(posted.at(-1).hint, /options/);
  await ask("v2", { client: "get" });
  assert.equal((await states())[0], "waiting");
});

test("settings that cannot be read are no consent", async () => {
  mock.method(onDemandSettings, "get", async () => {
    throw new Error("no storage");
  });
  await ask("v1", { allowed: true });
  assert.deepEqual([await states(), opened()], [["consent"], 0]);
  mock.restoreAll();
});

test("a token that comes meanwhile answers, and the question stays", async () => {
  await ask("v1");
  feature.onAnswered?.("v1");
  await settle();
  assert.deepEqual([await states(), (await consentQuestion.get())?.state, feature.isBusy?.()], [["captured"], "asked", false]);
});

test("a pause ends what waits, and asks nobody", async () => {
  await ask("v1");
  isPaused = true;
  feature.onPaused?.();
  await settle();
  await ask("v2");
  assert.deepEqual(failed(), [
    ["v1", "capture-paused"],
    ["v2", "capture-paused"],
  ]);
});

test("who wants no notices gets none of it", async () => {
  await noticeSettings.change({ faults: false });
  await ask("v1");
  assert.deepEqual([browser.notifications.made, browser.action.badge], [[], "?"]);
});

test("nobody is asked in potbridge's own browser, nor by the user's own request", async () => {
  await popup({ type: "on-demand/renew", video_id: "v1", music: false });
  await settle();
  assert.deepEqual([await states(), await consentQuestion.get()], [["waiting"], undefined]);
  feature.onReady?.({ unattended: true });
  await ask("v2");
  assert.deepEqual([(await states())[0], await consentQuestion.get()], ["waiting", undefined]);
});
