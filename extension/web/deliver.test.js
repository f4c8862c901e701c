import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
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
/** @type {Delivery} */
let delivery;

beforeEach(async () => {
  alarms.names.clear();
  alarms.onAlarm.listeners.clear();
  installChrome({ alarms });
  answered = [];
  host = {
    isReady: true,
    posted: [],
    connected: 0,
    connect: () => (host.connected += 1),
    post: (/** @type {unknown} */ message) => host.posted.push(message),
  };
  wasm = { name: () => undefined, requestToken: () => "[]", forget() {}, dropRequest() {} };
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
  delivery.onMessage(/** @type {any} */ ({ type: "stored", id, token: { video_id }, sinks: [] }));
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
  stored("1", "v");
  await settle();
  assert.equal((await journalEntries.get())[0].token?.video_id, null);
  wasm.name = () => '["r1"]';
  stored("1", "v");
  await settle();
  assert.equal((await journalEntries.get())[0].token?.video_id, "v");
  assert.deepEqual(answered, ["r1"]);
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
  const forgotten = [];
  wasm.forget = (/** @type {string} */ id) => forgotten.push(id);
  await delivery.take({ entries: [/** @type {any} */ ({ id: "1", playing: { cpn: "c", video_id: "v" } })] });
  delivery.onMessage({ type: "noted", id: "1" });
  await settle();
  assert.deepEqual([forgotten, await journalEntries.get(), [...alarms.names]], [["1"], [], []]);
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
