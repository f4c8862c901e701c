import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../testing/fake-chrome.js";
import { HostPort } from "./host-port.js";
import { profile } from "./storage.js";

/**
 * @typedef {{sent: any[], onMessage: FakeEvent, onDisconnect: FakeEvent, postMessage: (message: any) => void,
 *   isClosed: boolean, disconnect: () => void}} FakePort
 */

/** @type {FakePort[]} Every port that was opened. */
let ports;
/** @type {string[]} The states that were told. */
let states;
/** @type {any[]} */
let messages;
let readyCount = 0;
/** @type {HostPort} */
let host;

beforeEach(async () => {
  [ports, states, messages, readyCount] = [[], [], [], 0];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  installChrome({
    runtime: {
      getManifest: () => ({ version: "0.1.0" }),
      getURL: () => "moz-extension://abcdef/",
      lastError: undefined,
      connectNative: (/** @type {string} */ name) => {
        assert.equal(name, "dev.potbridge.host");
        /** @type {FakePort} */
        const port = {
          sent: [],
          onMessage: new FakeEvent(),
          onDisconnect: new FakeEvent(),
          postMessage: (message) => port.sent.push(message),
          isClosed: false,
          disconnect: () => (port.isClosed = true),
        };
        ports.push(port);
        return port;
      },
    },
  });
  await profile.set("p1");
  host = new HostPort({
    onReady: () => (readyCount += 1),
    onMessage: (message) => messages.push(message),
    onChange: (state) => states.push(state.kind),
  });
});

async function connect() {
  host.connect();
  await settle();
  return ports[ports.length - 1];
}

/**
 * @param {FakePort} port
 * @param {string} [reason]
 */
function lose(port, reason) {
  Object.assign(port, reason === undefined ? {} : { error: { message: reason } });
  port.onDisconnect.emit();
}

test("the host is greeted once for all that want it connected", async () => {
  const port = await connect();
  host.connect();
  assert.equal(ports.length, 1);
  assert.deepEqual(port.sent, [{ type: "hello", protocol: 4, version: "0.1.0", browser: "firefox", product: undefined, profile: "p1" }]);
});

test("a host that answers is ready, and then heard", async () => {
  const port = await connect();
  assert.equal(host.isReady, false);
  port.onMessage.emit({ type: "hello", protocol: 4, version: "0.1.0" });
  port.onMessage.emit({ type: "noted", id: "m1" });
  port.onMessage.emit({ type: "error", id: "m2", code: "malformed-message", message: "No." });
  assert.equal(host.isReady, true);
  assert.deepEqual([states, readyCount], [["ready"], 1]);
  assert.deepEqual(
    messages.map(({ type }) => type),
    ["noted", "error"],
  );
});

test("an error of a host that is ready refuses nothing", async () => {
  const port = await connect();
  port.onMessage.emit({ type: "hello", protocol: 4, version: "0.1.0" });
  port.onMessage.emit({ type: "error", code: "message-too-large", message: "m" });
  assert.equal(host.isReady, true);
  assert.deepEqual(states, ["ready"]);
  assert.equal(messages.length, 1);
});

test("a host that refuses the extension stays refused when it ends", async () => {
  const port = await connect();
  port.onMessage.emit({ type: "error", code: "update-host", message: "Too old.", hint: "Update it." });
  lose(port, "Native host has exited.");
  assert.deepEqual(states, ["refused"]);
  assert.deepEqual(messages, []);
});

test("a host of a neighbouring version is ready, and of others the older side is named", async () => {
  for (const protocol of [3, 4, 5]) {
    (await connect()).onMessage.emit({ type: "hello", protocol, version: "0.1.0" });
    assert.equal(host.isReady, true, `${protocol}`);
    lose(ports[ports.length - 1], "lost");
  }
  for (const [protocol, code] of /** @type {const} */ ([
    [2, "update-host"],
    [6, "update-extension"],
  ])) {
    /** @type {any} */
    let state;
    host = new HostPort({ onReady: () => assert.fail(), onMessage() {}, onChange: (changed) => (state = changed) });
    (await connect()).onMessage.emit({ type: "hello", protocol, version: "7.8.9" });
    assert.deepEqual([state.kind, state.code, state.host_version], ["refused", code, "7.8.9"]);
    assert.equal(host.isReady, false);
  }
});

test("a host that refuses the extension is asked again, also when somebody looks", async () => {
  const refusal = { type: "error", code: "update-host", host_version: "0.0.9", message: "Too old." };
  (await connect()).onMessage.emit(refusal);
  host.connect();
  mock.timers.tick(29_999);
  assert.deepEqual([ports.length, ports[0].isClosed], [1, false]);
  mock.timers.tick(1);
  assert.deepEqual([ports.length, ports[0].isClosed], [2, true]);
  await settle();
  ports[1].onMessage.emit(refusal);
  host.askAgain();
  assert.equal(ports.length, 3);
  // That it waits for its answer changes nothing.
  host.connect();
  await settle();
  ports[2].onMessage.emit({ type: "hello", protocol: 4, version: "0.1.0" });
  host.askAgain();
  mock.timers.tick(60_000);
  assert.deepEqual([ports.length, host.isReady], [3, true]);
});

test("a host that does not start is absent, with the browser's reason", async () => {
  /** @type {any} */
  let state;
  host = new HostPort({ onReady() {}, onMessage() {}, onChange: (changed) => (state = changed) });
  lose(await connect(), "No such native application dev.potbridge.host");
  assert.deepEqual(state, { kind: "absent", reason: "No such native application dev.potbridge.host" });
});

test("a host that was not there is tried again at once for somebody who looks, and once", async () => {
  lose(await connect(), "not found");
  const before = ports.length;
  host.askAgain();
  host.askAgain();
  mock.timers.tick(60_000);
  assert.equal(ports.length, before + 1);
});

test("a lost host is connected again after ever longer delays", async () => {
  await connect();
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    const before = ports.length;
    lose(ports[before - 1], "lost");
    mock.timers.tick(seconds * 1000 - 1);
    assert.equal(ports.length, before, `${seconds} s`);
    mock.timers.tick(1);
    assert.equal(ports.length, before + 1, `${seconds} s`);
    await settle();
  }
});

test("a host that answered is connected again after a second", async () => {
  lose(await connect(), "lost");
  mock.timers.tick(1000);
  ports[1].onMessage.emit({ type: "hello", protocol: 4, version: "0.1.0" });
  lose(ports[1], "lost");
  mock.timers.tick(1000);
  assert.equal(ports.length, 3);
});

test("a message without a connection is dropped", () => {
  host.post({ type: "status" });
  assert.deepEqual(ports, []);
});

test("a port that is lost before its greeting is not greeted", async () => {
  host.connect();
  lose(ports[0], "lost");
  await settle();
  assert.deepEqual(ports[0].sent, []);
});

test("a port that is closed loses nothing but itself", async () => {
  /** @type {any} */
  let state;
  host = new HostPort({ onReady() {}, onMessage() {}, onChange: (changed) => (state = changed) });
  const port = await connect();
  port.onMessage.emit({ type: "hello", protocol: 4, version: "0.1.0" });
  port.postMessage = () => {
    throw new Error("Attempting to use a disconnected port object");
  };
  host.post({ type: "status" });
  assert.equal(host.isReady, false);
  assert.deepEqual(state, { kind: "absent", reason: "Attempting to use a disconnected port object" });
  lose(port, "Native host has exited.");
  assert.equal(state.reason, "Attempting to use a disconnected port object", "it is lost once");
  mock.timers.tick(1000);
  assert.equal(ports.length, 2);
  mock.timers.tick(60_000);
  assert.equal(ports.length, 2, "one timer connects");
});

test("an earlier port's answer is heard, and its greeting is not", async () => {
  lose(await connect(), "lost");
  mock.timers.tick(1000);
  ports[0].onMessage.emit({ type: "hello", protocol: 4, version: "0.1.0" });
  ports[0].onMessage.emit({ type: "noted", id: "m1" });
  assert.equal(host.isReady, false);
  assert.deepEqual(messages, [{ type: "noted", id: "m1" }]);
});
