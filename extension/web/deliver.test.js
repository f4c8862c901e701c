import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeAlarms, FakeEvent, installChrome, settle } from "../testing/fake-chrome.js";
import { Delivery } from "./deliver.js";
import { journalEntries } from "./storage.js";

const alarms = Object.assign(new FakeAlarms(), { onAlarm: new FakeEvent() });
/** @type {any} */
let host;
/** @type {any} What wasm answers. */
let wasm;
/** @type {string[]} The token requests that have their token. */
let answered;
/** How often wasm was told to forget private windows. */
let forgotten = 0;
/** @type {Delivery} */
let delivery;
/** @type {import("../testing/fake-chrome.js").FakeStorageArea} */
let session;
/** @type {import("../testing/fake-chrome.js").FakeTabs} */
let tabs;

beforeEach(async () => {
  alarms.names.clear();
  alarms.onAlarm.listeners.clear();
  const chrome = installChrome({ alarms });
  [session, tabs] = [chrome.storage.session, chrome.fakeTabs];
  answered = [];
  host = {
    isReady: true,
    posted: [],
    connected: 0,
    connect: () => (host.connected += 1),
    post: (/** @type {unknown} */ message) => host.posted.push(message),
  };
  wasm = {
    name: () => undefined,
    requestToken: () => "[]",
    forget() {},
    dropRequest() {},
    privateWindowsClosed: () => (forgotten += 1),
  };
  forgotten = 0;
  delivery = new Delivery(
    host,
    async () => /** @type {any} */ ({ wasm }),
    (request) => answered.push(request),
  );
  await delivery.ready;
});

/**
 * @param {string} id
 * @returns {any}
 */
function token(id) {
  return { id, capture: { token: `T${id}` }, token: { video_id: null, certainty: "guess" } };
}

/**
 * The host has stored a token.
 * @param {string} id
 * @param {string | null} [video_id]
 */
function stored(id, video_id = null) {
  const token = { video_id, certainty: video_id === null ? "guess" : "certain" };
  delivery.onMessage(/** @type {any} */ ({ type: "stored", id, token, sinks: [] }));
}

function types() {
  return host.posted.map((/** @type {{type: string}} */ { type }) => type);
}

test("a token is sent at once, saved, and watched until it is stored", async () => {
  await delivery.take({ entries: [token("1")] });
  assert.deepEqual(host.posted, [{ type: "captured", id: "1", capture: { token: "T1" } }]);
  assert.deepEqual([...alarms.names], ["retry"]);
  assert.equal((await journalEntries.get()).length, 1);
  stored("1");
  await settle();
  assert.deepEqual([...alarms.names], []);
  assert.deepEqual(types(), ["captured", "status"]);
});

test("what an absent host could not take is sent at the next alarm", async () => {
  host.isReady = false;
  await delivery.take({ entries: [token("1")] });
  assert.deepEqual([host.posted, host.connected], [[], 1]);
  host.isReady = true;
  alarms.onAlarm.emit({});
  await settle();
  assert.deepEqual(types(), ["captured"]);
});

test("what a lost port did not answer is sent over the next one", async () => {
  await delivery.take({ entries: [token("1")] });
  delivery.portLost();
  await delivery.deliver();
  assert.deepEqual(types(), ["captured", "captured"]);
});

test("an earlier token is saved with its video and told to requests", async () => {
  await delivery.take({ entries: [token("1")] });
  const named = [{ id: "1", video_id: "v", certainty: /** @type {const} */ ("certain") }];
  await delivery.take({ entries: [], named, answered: ["r1"] });
  const [entry] = await journalEntries.get();
  assert.deepEqual([entry.token?.video_id, entry.token?.certainty], ["v", "certain"]);
  assert.deepEqual(answered, ["r1"]);
});

test("the host's name of a video counts if none was known", async () => {
  await delivery.take({ entries: [token("1")] });
  /** @type {unknown[]} */
  const named = [];
  wasm.name = (/** @type {unknown[]} */ ...words) => (named.push(words), '["r1"]');
  stored("1");
  await settle();
  assert.deepEqual([(await journalEntries.get())[0].token?.video_id, named], [null, []]);
  stored("1", "v");
  stored("1", "w");
  await settle();
  const [{ token: kept }] = await journalEntries.get();
  assert.deepEqual([kept?.video_id, kept?.certainty], ["v", "certain"]);
  assert.deepEqual([named, answered], [[["1", "v", "certain"]], ["r1"]]);
});

test("a known token that answers a request is sent again", async () => {
  await delivery.take({ entries: [token("1")] });
  stored("1");
  const request = { id: "r1", video_id: "v", music: false, bypass_cache: false, since: 5 };
  assert.equal(delivery.requestToken(request), false);
  /** @type {unknown[]} */
  let asked = [];
  wasm.requestToken = (/** @type {unknown[]} */ ...values) => ((asked = values), '["1"]');
  assert.equal(delivery.requestToken(request), true);
  assert.deepEqual(asked, ["r1", "v", false, undefined, false, 5]);
  assert.deepEqual(types(), ["captured", "status", "captured"]);
});

test("an entry that is dropped is forgotten by wasm", async () => {
  /** @type {string[]} */
  const dropped = [];
  wasm.forget = (/** @type {string} */ id) => dropped.push(id);
  for (let id = 1; id <= 101; id += 1) await delivery.take({ entries: [token(String(id))] });
  assert.deepEqual(dropped, ["1"]);
});

test("an entry is being saved when it is sent, and slow storage does not hold it up", async () => {
  /** @type {string[]} */
  const order = [];
  const set = session.set.bind(session);
  /** @type {() => void} */
  let finish = () => {};
  session.set = async (items) => {
    order.push(...Object.keys(items));
    await new Promise((resolve) => (finish = () => resolve(undefined)));
    return set(items);
  };
  host.post = (/** @type {{type: string}} */ { type }) => order.push(type);
  const taken = delivery.take({ entries: [token("1")] });
  assert.deepEqual(order, ["journal/1", "captured"]);
  finish();
  await taken;
});

test("an entry whose port closes as it is sent goes over the next one", async () => {
  host.post = () => {
    // As HostPort does: it tells that the port is lost.
    host.isReady = false;
    delivery.portLost();
  };
  await delivery.take({ entries: [token("1"), token("2")] });
  assert.deepEqual([(await journalEntries.get()).length, [...alarms.names]], [2, ["retry"]]);
  host.isReady = true;
  host.post = (/** @type {unknown} */ message) => host.posted.push(message);
  await delivery.deliver();
  assert.deepEqual(types(), ["captured", "captured"]);
  assert.equal(delivery.hasWaiting, true);
});

test("an answer over an earlier port counts", async () => {
  await delivery.take({ entries: [token("1")] });
  delivery.portLost();
  stored("1");
  await delivery.deliver();
  assert.deepEqual(types(), ["captured", "status"]);
  assert.equal(delivery.hasWaiting, false);
});

test("a token is sent though the storage fails", async () => {
  mock.method(console, "error", () => {});
  session.fails = true;
  delivery = new Delivery(
    host,
    async (entries) => /** @type {any} */ (assert.deepEqual(entries, []), { wasm }),
    () => {},
  );
  await delivery.take({ entries: [token("1")] });
  stored("1");
  await settle();
  assert.deepEqual(types(), ["captured", "status"]);
  assert.deepEqual([...alarms.names], []);
});

test("a refused token keeps the reason", async () => {
  await delivery.take({ entries: [token("1")] });
  delivery.onMessage({ type: "error", id: "1", code: "malformed-message", message: "m" });
  delivery.onMessage({ type: "error", code: "config-invalid", message: "of nothing that was sent" });
  await settle();
  assert.equal((await journalEntries.get())[0].error?.message, "m");
  assert.deepEqual([...alarms.names], []);
});

test("opening the popup sends a token again that a sink could not take", async () => {
  await delivery.take({ entries: [token("1")] });
  const sinks = [{ kind: "env-file", place: "/a", outcome: "failed" }];
  delivery.onMessage(/** @type {any} */ ({ type: "stored", id: "1", token: { video_id: null }, sinks }));
  await delivery.retryFailed();
  assert.deepEqual(types(), ["captured", "status", "captured"]);
});

test("an observer that cannot be loaded answers no request", async () => {
  const load = async () => {
    throw new Error("no wasm");
  };
  delivery = new Delivery(host, load, () => {});
  await assert.rejects(delivery.ready, /no wasm/);
  assert.equal(delivery.requestToken({ id: "r", video_id: "v", music: false, bypass_cache: false, since: 0 }), false);
});

/**
 * @param {string} id
 */
function privateToken(id) {
  return { ...token(id), capture: { token: `T${id}`, session: { profile: "p", private: true } } };
}

function openPrivateWindow() {
  tabs.windows.push({ id: 9, type: "normal", incognito: true, focused: false });
}

/** Another start of the background script. */
async function startAgain() {
  delivery = new Delivery(
    host,
    async (entries) => /** @type {any} */ ((recalled = entries.map(({ id }) => id)), { wasm }),
    () => {},
  );
  await delivery.ready;
}

/** @type {string[]} What the observer was given of an earlier script's. */
let recalled;

test("with the last private window all that it brought is forgotten, also by the host", async () => {
  openPrivateWindow();
  await delivery.take({ entries: [privateToken("1"), token("2")] });
  stored("1");
  stored("2");
  await settle();
  assert.equal(forgotten, 0);
  host.posted = [];
  tabs.windows.pop();
  await delivery.forgetPrivate();
  assert.deepEqual(
    (await journalEntries.get()).map(({ id }) => id),
    ["2"],
  );
  assert.equal(forgotten, 1);
  assert.deepEqual(types(), ["private-windows-closed", "status"]);
  assert.match(host.posted[0].profile, /^[0-9a-f-]{36}$/);
});

test("what comes after the last private window is forgotten at once", async () => {
  await delivery.take({ entries: [privateToken("1")] });
  assert.deepEqual(await journalEntries.get(), []);
  assert.deepEqual(types(), ["captured", "private-windows-closed", "status"]);
});

test("what private windows brought is sent over the next port while one is open", async () => {
  openPrivateWindow();
  await delivery.take({ entries: [privateToken("1")] });
  stored("1");
  delivery.portLost();
  host.posted = [];
  await delivery.hostReady();
  assert.deepEqual(types(), ["captured"]);
});

test("a host that ended before it was told is told by the next port", async () => {
  await delivery.take({ entries: [token("1")] });
  delivery.portLost();
  host.posted = [];
  await delivery.hostReady();
  assert.deepEqual(types(), ["private-windows-closed", "status", "captured"]);
});

test("a script that starts without a private window takes up nothing of private windows", async () => {
  openPrivateWindow();
  await delivery.take({ entries: [privateToken("1"), token("2")] });
  await startAgain();
  assert.deepEqual(recalled, ["1", "2"]);
  tabs.windows.pop();
  await startAgain();
  assert.deepEqual(recalled, ["2"]);
});
