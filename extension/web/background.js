// The background script: connects what listens, what delivers, and the features. It holds only the wires.
//
// All listeners are registered before anything is awaited: a browser that wakes this script for an event delivers the
// event only to listeners that are there at once.

import { forgetTab, showOnAction } from "./action.js";
import { CapturePolicy } from "./capture-policy.js";
import { CountersReport } from "./counters.js";
import { Delivery } from "./deliver.js";
import { ExpiredTabs } from "./expired-tabs.js";
import { failedSinks, Faults } from "./faults.js";
import { features as makers } from "./features/background.js";
import { FieldReport } from "./field-report.js";
import { FirstRun } from "./first-run.js";
import { handle } from "./handlers.js";
import { HostPort } from "./host-port.js";
import { HostRequests } from "./host-requests.js";
import { Listener } from "./listen.js";
import { loadObserver } from "./observer.js";
import { PageAsker } from "./page/asker.js";
import { FactsByFrame } from "./page/facts-by-frame.js";
import { missingHosts, onPermissionsChanged } from "./permitted-hosts.js";
import { isPlayersPage } from "./player-request.js";
import { PrivateTabs } from "./private-tabs.js";
import { knownProblems, onReported, report, unwaited } from "./problems.js";
import * as storage from "./storage.js";
import { Updates } from "./updates.js";
import { VideoTitles } from "./video-titles.js";

/** @typedef {import("../types/runtime-messages.js").PageMessage} PageMessage */
/** @typedef {import("../types/runtime-messages.js").PopupMessage} PopupMessage */

const host = new HostPort({ onReady: (hello) => void onReady(hello), onMessage, onChange });
const hostRequests = new HostRequests(host);
const counters = new CountersReport(host);
const delivery = new Delivery(host, loadObserver, (request) => {
  for (const feature of features) feature.onAnswered?.(request);
});
const policy = new CapturePolicy({ onPaused, onPrivateWindows });
const observer = policy.ready.then(() => delivery.ready);
const facts = new FactsByFrame(observer, onNews);
const asker = new PageAsker(observer, onNews, (tab) => features.some((feature) => feature.isAwaited?.(tab)));
const privateTabs = new PrivateTabs(() => void delivery.forgetPrivate());
const listener = new Listener(observer, { facts, asker, privateTabs }, onNews);
const faults = new Faults();
const firstRun = new FirstRun();
const expiredTabs = new ExpiredTabs(pageOf, { onChange: showOnAction, onLeft: forgetTab });
const fieldReport = new FieldReport(observer, listener);
/** Settled once the observer is loaded, or cannot be, and the settings are known. */
const ready = observer.then(
  () => {},
  (error) => report("not-loaded", error),
);
/** @type {import("./feature.js").BackgroundFeature[]} */
const features = makers.map((make) =>
  make({
    ready,
    isPaused: () => policy.isPaused,
    post: (message) => host.post(message),
    connect: () => host.connect(),
    pageOf,
    requestToken: (request) => delivery.requestToken(request),
    dropRequest: (id) => delivery.dropRequest(id),
    expectTokens: (soon) => listener.expectTokens(soon),
  }),
);

new VideoTitles({ ready: policy.ready, isPaused: () => policy.isPaused, pageOf });
new Updates(() => delivery.hasWaiting || features.some((feature) => feature.isBusy?.()));

/** @type {import("./handlers.js").Handlers<PageMessage, [chrome.runtime.MessageSender]>} */
const fromPages = {
  "page-facts"({ facts: told }, sender) {
    // It tells of nothing when its document begins.
    if (Object.keys(told ?? {}).length === 0) listener.pageBegins(sender);
    void facts.note(sender, told);
  },
  "page-shows-another"(_message, sender) {
    listener.pageBegins(sender);
  },
  "playback-error"({ error }, sender) {
    for (const feature of features) feature.onPlaybackError?.(error, sender);
  },
  "page-hook-body"(message, sender) {
    void listener.observeHooked(message, sender);
  },
};

/**
 * A handler says whether it will answer.
 * @type {import("./handlers.js").Handlers<PopupMessage, [(answer: unknown) => void], boolean>}
 */
const fromPopup = {
  "popup-opened"(_message, answer) {
    void onPopup();
    answer(knownProblems());
    return false;
  },
  "try-again"(_message, answer) {
    void onPopup().then(() => answer(null));
    return true;
  },
  "look-again"(_message, answer) {
    lookAgain();
    answer(null);
    return false;
  },
  "field-report"({ action }, answer) {
    void fieldReport.act(action).then(answer);
    return true;
  },
  "test-sink"({ kind, place }, answer) {
    void hostRequests.ask({ type: "test-sink", kind, place }).then((tested) => {
      // It may have changed what the place holds.
      host.post({ type: "status" });
      answer(tested);
    });
    return true;
  },
  diagnose(_message, answer) {
    void hostRequests.ask({ type: "diagnose" }).then(answer);
    return true;
  },
  "page-of"({ address }, answer) {
    void pageOf(address).then((page) => answer(page ?? null));
    return true;
  },
};

onReported((problems) => showOnAction({ problems }));
onPermissionsChanged(() => void onPermissions());
void onPermissions();
chrome.runtime.onStartup.addListener(() => host.connect());
chrome.runtime.onInstalled.addListener(() => host.connect());
chrome.runtime.onMessage.addListener((message, sender, answer) => {
  if (isPlayersPage(sender)) void onPageMessage(message, sender);
  // The rest is for the extension's own pages, and for no script inside a site's.
  if (!sender.url?.startsWith(chrome.runtime.getURL(""))) return false;
  return handle(fromPopup, message, answer) ?? features.some((feature) => feature.onRequest?.(message, answer));
});
host.connect();

/**
 * @param {import("./observer.js").News} news
 */
async function onNews({ counters: counted, changes }) {
  if (counted) counters.change(counted);
  if (changes) await delivery.take(changes);
}

/**
 * While the capture is paused, pages are not listened to.
 * @param {PageMessage} message
 * @param {chrome.runtime.MessageSender} sender
 */
async function onPageMessage(message, sender) {
  await policy.ready;
  if (!policy.isPaused) handle(fromPages, message, sender);
}

/**
 * @param {boolean} paused
 */
function onPaused(paused) {
  if (host.isReady) host.post({ type: "capture-paused", paused });
  showOnAction({ paused });
  if (!paused) return listener.resume();
  listener.pause();
  asker.stop();
  facts.askAnew();
  for (const feature of features) feature.onPaused?.();
}

/**
 * @param {boolean} areRead
 */
function onPrivateWindows(areRead) {
  listener.readsPrivate = areRead;
  if (!areRead) void delivery.forgetPrivate();
}

/**
 * @param {import("./host-port.js").Hello} hello
 */
async function onReady(hello) {
  faults.hostReady(hello);
  firstRun.hostReady(hello);
  await policy.ready;
  host.post({ type: "capture-paused", paused: policy.isPaused });
  for (const feature of features) feature.onReady?.(hello);
  await delivery.hostReady();
  await counters.tell();
}

/**
 * @param {import("../types/messages.js").FromHost} message
 */
function onMessage(message) {
  if (hostRequests.take(message)) return;
  for (const feature of features) feature.onHostMessage?.(message);
  if (message.type === "status") onStatus(message);
  else delivery.onMessage(message);
}

/**
 * @param {import("../types/messages.js").Status} status
 */
function onStatus(status) {
  unwaited(storage.status.set(status));
  const failed = failedSinks(status).map(({ sink }) => sink.place);
  showOnAction({ failed, troubled: status.problems.length > 0 });
  faults.status(status);
  void expiredTabs.learn(status.tokens);
}

async function onPopup() {
  await delivery.retryFailed();
  lookAgain();
}

/** How it stands with the host now. */
function lookAgain() {
  if (host.isReady) host.post({ type: "status" });
  else host.askAgain();
}

/**
 * @param {import("./host-port.js").HostState} state
 */
function onChange(state) {
  if (state.kind !== "ready") {
    delivery.portLost();
    hostRequests.lost();
    for (const feature of features) feature.onLost?.();
  }
  if (state.kind === "absent") faults.hostAbsent();
  if (state.kind === "absent" || state.kind === "refused") firstRun.hostUnusable();
  showOnAction({ host: state.kind });
  unwaited(storage.host.set(state));
}

/** A permission that is missing is seen without the popup too. */
async function onPermissions() {
  const missing = await missingHosts();
  showOnAction({ missing: missing.length > 0 });
}

/**
 * What the page of an address shows.
 * @param {string} address
 */
async function pageOf(address) {
  const observer = await delivery.ready.catch(() => undefined);
  return observer?.pageOf(address);
}
