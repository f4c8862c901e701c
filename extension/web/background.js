// Hears the player's requests, has wasm read them, and keeps what it finds until the host has it.
//
// Listeners are registered before anything is awaited: a browser that wakes this script for an event
// delivers the event only to listeners that are there at once.

import init, { observe } from "./wasm/observe.js";
import { HostPort } from "./host-port.js";
import { Journal } from "./journal.js";
import { profileName } from "./profile.js";

const PLAYER_REQUESTS = [
  "https://www.youtube.com/youtubei/v1/player*",
  "https://m.youtube.com/youtubei/v1/player*",
  "https://music.youtube.com/youtubei/v1/player*",
  "https://www.youtube-nocookie.com/youtubei/v1/player*",
];
const RETRY = "retry";

const journal = new Journal();
const host = new HostPort({ onReady: () => void deliver(), onMessage, onChange: showHost });
const ready = Promise.all([
  init({ module_or_path: chrome.runtime.getURL("wasm/observe_bg.wasm") }),
  journal.load(),
]);
ready.catch((error) => show("broken", String(error)));

chrome.webRequest.onBeforeRequest.addListener(
  (details) => void hear(details),
  { urls: PLAYER_REQUESTS },
  ["requestBody"],
);
chrome.alarms.onAlarm.addListener(() => void deliver());
chrome.runtime.onStartup.addListener(() => host.connect());
chrome.runtime.onInstalled.addListener(() => host.connect());
chrome.runtime.onMessage.addListener((message) => {
  if (message?.type === "popup-opened") void onPopup();
});
host.connect();

/**
 * @param {chrome.webRequest.OnBeforeRequestDetails & {cookieStoreId?: string}} details
 */
async function hear(details) {
  const body = joined(details.requestBody?.raw ?? []);
  if (body.length === 0) return;
  await ready;
  const container = details.cookieStoreId === "firefox-default" ? undefined : details.cookieStoreId;
  const seen = observe(details.url, body, details.timeStamp, await profileName(), container);
  if (seen === undefined) return;
  const entry = journal.add(JSON.parse(seen));
  // Sent first and saved then: a page's token should not wait for the browser's storage.
  send();
  await journal.save(entry);
  await watchOver();
}

/**
 * @param {chrome.webRequest.UploadData[]} parts
 */
function joined(parts) {
  const chunks = parts.map((part) => new Uint8Array(part.bytes ?? new ArrayBuffer(0)));
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Sends what waits, or has the host connected, upon which it is sent. */
function send() {
  host.connect();
  if (!host.isReady) return;
  for (const { id, capture } of journal.toSend()) host.post({ type: "captured", id, capture });
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
 * @param {import("./messages.js").FromHost} message
 */
function onMessage(message) {
  switch (message.type) {
    case "stored":
      journal.stored(message.id, message.sinks);
      void watchOver();
      host.post({ type: "status" });
      break;
    case "status":
      show("status", message);
      break;
    case "error":
      if (message.id !== undefined) journal.refused(message.id, message);
      void watchOver();
      break;
  }
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
  if (state.kind !== "ready") journal.unsent();
  show("host", state);
}

/**
 * Puts something where the popup reads it.
 * @param {string} key
 * @param {unknown} value
 */
function show(key, value) {
  void chrome.storage.session.set({ [key]: value });
}
