// Hears the player's requests, has wasm read them, and keeps what it finds until the host has it.
//
// Listeners are registered before anything is awaited: a browser that wakes this script for an event
// delivers the event only to listeners that are there at once.

import init, { Observer } from "./wasm/observe.js";
import { features as makers } from "./features/background.js";
import { registerHookFor } from "./page/hook/register.js";
import { HostPort } from "./host-port.js";
import { Journal, tokenOf } from "./journal.js";
import { MediaMemo } from "./media-memo.js";
import { FactsByFrame } from "./page/facts-by-frame.js";
import { profileName } from "./profile.js";
import { ADDRESS_REQUESTS, BODY_REQUESTS, MEDIA_REQUESTS } from "./requests.js";
import * as storage from "./storage.js";

/**
 * @typedef {chrome.webRequest.OnBeforeRequestDetails & {cookieStoreId?: string, originUrl?: string}} Request
 */

const RETRY = "retry";
const TALLY_DELAY_MS = 2000;
/** After this long even a media request with nothing new is looked at again. */
const SETTLED_MS = 60_000;
const NO_BODY = new Uint8Array(0);

const journal = new Journal();
const pages = new FactsByFrame();
const memo = new MediaMemo();
let expecting = false;
const host = new HostPort({ onReady: () => void onReady(), onMessage, onChange: showHost });
/** @type {import("./feature.js").BackgroundFeature[]} */
const features = makers.map((make) =>
  make({
    post: (message) => host.post(message),
    connect: () => host.connect(),
    tokens,
    resend,
    expectTokens,
  }),
);
const ready = start();
ready.catch((error) => void storage.startError.set(String(error)));

const onMediaBody = listener(hearMediaBody);
const { onBeforeRequest } = chrome.webRequest;
onBeforeRequest.addListener(listener(hearBody), { urls: BODY_REQUESTS }, ["requestBody"]);
onBeforeRequest.addListener(listener(hearAddress), { urls: ADDRESS_REQUESTS });
onBeforeRequest.addListener(listener(hearMedia), { urls: MEDIA_REQUESTS });
listenToMediaBodies(true);
chrome.alarms.onAlarm.addListener(() => void deliver());
chrome.runtime.onStartup.addListener(() => host.connect());
chrome.runtime.onInstalled.addListener(() => host.connect());
chrome.runtime.onMessage.addListener((message, sender, answer) => {
  if (message?.type === "popup-opened") void onPopup();
  if (message?.type === "page-facts") pages.note(sender, message.facts);
  if (message?.type === "playback-error") {
    for (const feature of features) feature.onPlaybackError?.(message.error, sender);
  }
  if (message?.type === "page-hook-body") void hearHooked(message, sender);
  // A feature obeys the extension's own pages, and no script inside a site's.
  if (!sender.url?.startsWith(chrome.runtime.getURL(""))) return false;
  return features.some((feature) => feature.onRequest?.(message, answer));
});
host.connect();

async function start() {
  const [profile, counters] = await Promise.all([
    profileName(),
    storage.counters.get(),
    init({ module_or_path: chrome.runtime.getURL("wasm/observe_bg.wasm") }),
    journal.load(),
  ]);
  return new Observer(profile, JSON.stringify(counters ?? {}));
}

/**
 * A listener that only listens: it gives the browser nothing back.
 * @param {(details: Request) => Promise<void>} work
 * @returns {(details: Request) => undefined}
 */
function listener(work) {
  return (details) => {
    void work(details);
    return undefined;
  };
}

/**
 * @param {Request} details
 */
async function hearAddress(details) {
  await hear(details, NO_BODY);
}

/**
 * @param {Request} details
 */
async function hearBody(details) {
  if (details.method === "POST") await hear(details, bodyOf(details));
}

/**
 * A media request: its address is looked at each time; its body only while something new could be in it.
 * @param {Request} details
 */
async function hearMedia(details) {
  const { url, timeStamp, method } = details;
  if (memo.isSettled(details, timeStamp)) return;
  const observer = await ready;
  await hear(details, NO_BODY);
  if (method === "POST" && observer.wantsBody(url, timeStamp, containerOf(details))) listenToMediaBodies(true);
  else memo.settle(details, timeStamp + SETTLED_MS);
}

/**
 * @param {Request} details
 */
async function hearMediaBody(details) {
  if (details.method !== "POST") return;
  const observer = await ready;
  const container = containerOf(details);
  if (!observer.wantsBody(details.url, details.timeStamp, container)) return;
  await hear(details, bodyOf(details));
  // Another playback that still wants its bodies asks for them with its next request.
  if (!expecting && !observer.wantsBody(details.url, details.timeStamp, container)) listenToMediaBodies(false);
}

/**
 * Browsers copy a request's body for whoever asks; so nobody asks in vain.
 * @param {boolean} listen
 */
function listenToMediaBodies(listen) {
  if (onBeforeRequest.hasListener(onMediaBody) === listen) return;
  if (listen) onBeforeRequest.addListener(onMediaBody, { urls: MEDIA_REQUESTS }, ["requestBody"]);
  else onBeforeRequest.removeListener(onMediaBody);
}

/**
 * @param {boolean} soon Whether new playbacks are about to begin, whose first body should not be missed.
 */
function expectTokens(soon) {
  expecting = soon;
  listenToMediaBodies(soon);
}

/**
 * A body that was read inside the page.
 * @param {{url: string, body: string}} message The body in base64.
 * @param {chrome.runtime.MessageSender} sender
 */
async function hearHooked({ url, body }, sender) {
  const { tab, frameId = 0 } = sender;
  const details = {
    url,
    timeStamp: Date.now(),
    tabId: tab?.id ?? -1,
    frameId,
    cookieStoreId: /** @type {{cookieStoreId?: string} | undefined} */ (tab)?.cookieStoreId,
  };
  await look(details, Uint8Array.from(atob(body), (byte) => byte.charCodeAt(0)), true);
}

/**
 * @param {Request} details
 * @param {Uint8Array | undefined} body Undefined where the browser did not hand it over.
 */
async function hear(details, body) {
  if (body !== undefined) {
    if (await look(details, body, false)) await registerHookFor(details);
    return;
  }
  const observer = await ready;
  count(JSON.parse(observer.unreadable()));
  await registerHookFor(details);
}

/**
 * Has wasm look at a request, keeps what is new, and says whether its body made no sense.
 * @param {Pick<Request, "url" | "timeStamp" | "tabId" | "frameId" | "cookieStoreId">} details
 * @param {Uint8Array} body
 * @param {boolean} hooked
 */
async function look(details, body, hooked) {
  const observer = await ready;
  const { loggedIn, contentBound } = await pages.of(details);
  const { url, timeStamp } = details;
  const heard = observer.observe(url, body, timeStamp, containerOf(details), loggedIn, contentBound, hooked);
  if (heard === undefined) return false;
  const { unreadable, label: token, tally: counters, ...news } = JSON.parse(heard);
  await keep({ ...news, token, counters });
  return unreadable === true;
}

/**
 * @param {{
 *   capture?: import("../types/messages.js").Capture, token?: import("../types/messages.js").TokenInfo,
 *   playing?: import("../types/messages.js").Playing, counters?: import("../types/messages.js").Counters,
 * }} news
 */
async function keep({ capture, token, playing, counters }) {
  const entries = [];
  if (capture) entries.push(journal.add({ message: { type: "captured", capture }, token }));
  if (playing) entries.push(journal.add({ message: { type: "playing", playing } }), ...journal.join(playing));
  if (counters) count(counters);
  if (entries.length === 0) return;
  // Sent first and saved then: a page's token should not wait for the browser's storage.
  send();
  for (const entry of entries) tellOfToken(entry);
  await Promise.all(entries.map((entry) => journal.save(entry)));
  await watchOver();
}

/**
 * Tells the features of a token, once its video is known.
 * @param {import("./journal.js").Entry | undefined} entry
 */
function tellOfToken(entry) {
  const token = entry && tokenOf(entry);
  if (!token || token.token.video_id === null) return;
  for (const feature of features) feature.onToken?.(token);
}

async function tokens() {
  // Where this script is broken, what it has is all there is.
  await ready.catch(() => {});
  return journal.tokens;
}

/**
 * @param {string} id The name of a journal's entry.
 */
function resend(id) {
  journal.again(id);
  send();
}

/**
 * The body in one piece; undefined where the browser did not hand it over.
 * @param {Request} details
 */
function bodyOf({ requestBody }) {
  if (!requestBody?.raw || requestBody.error) return undefined;
  const chunks = requestBody.raw.map(({ bytes }) => bytes);
  return chunks.every((bytes) => bytes !== undefined) ? joined(chunks) : undefined;
}

/**
 * @param {ArrayBuffer[]} chunks
 */
function joined(chunks) {
  if (chunks.length === 1) return new Uint8Array(chunks[0]);
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(new Uint8Array(chunk), at);
    at += chunk.byteLength;
  }
  return whole;
}

/**
 * The container's name, where the request was made in one.
 * @param {{cookieStoreId?: string}} details
 */
function containerOf({ cookieStoreId }) {
  return cookieStoreId === "firefox-default" ? undefined : cookieStoreId;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let telling;

/**
 * @param {import("../types/messages.js").Counters} counters
 */
function count(counters) {
  void storage.counters.set(counters);
  telling ??= setTimeout(() => {
    telling = undefined;
    void tell();
  }, TALLY_DELAY_MS);
}

async function tell() {
  const counters = await storage.counters.get();
  if (!host.isReady || !counters) return;
  host.post({ type: "counters", profile: await profileName(), counters });
  host.post({ type: "status" });
}

async function onReady() {
  for (const feature of features) feature.onReady?.();
  await deliver();
  await tell();
}

/** Sends what waits, or has the host connected, upon which it is sent. */
function send() {
  host.connect();
  if (!host.isReady) return;
  for (const { id, message } of journal.toSend()) host.post({ ...message, id });
}

async function deliver() {
  await ready;
  send();
  await watchOver();
}

/** Has the browser wake this script for another try while something waits for the host. */
async function watchOver() {
  if (journal.hasWaiting) {
    await chrome.alarms.create(RETRY, { periodInMinutes: 0.5 });
  } else {
    await chrome.alarms.clear(RETRY);
  }
}

/**
 * @param {import("../types/messages.js").FromHost} message
 */
function onMessage(message) {
  for (const feature of features) feature.onHostMessage?.(message);
  switch (message.type) {
    case "stored":
      tellOfToken(journal.stored(message.id, message.sinks, message.token));
      settled();
      break;
    case "delivered":
      journal.delivered(message.sink);
      host.post({ type: "status" });
      break;
    case "noted":
      journal.noted(message.id);
      settled();
      break;
    case "status":
      void storage.status.set(message);
      break;
    case "error":
      if (message.id !== undefined) journal.refused(message.id, message);
      void watchOver();
      break;
  }
}

function settled() {
  void watchOver();
  host.post({ type: "status" });
}

async function onPopup() {
  await ready;
  journal.retryFailed();
  await deliver();
  if (host.isReady) host.post({ type: "status" });
}

/**
 * @param {import("./host-port.js").HostState} state
 */
function showHost(state) {
  if (state.kind !== "ready") {
    journal.unsent();
    for (const feature of features) feature.onLost?.();
  }
  void storage.host.set(state);
}
