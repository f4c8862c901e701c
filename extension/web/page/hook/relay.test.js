import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { FakeStorageArea } from "../../../testing/fake-chrome.js";
import { captureSettings } from "../../storage.js";

const SCRIPT = readFileSync(new URL("relay.js", import.meta.url), "utf8");

/** @type {Promise<void>[]} Blobs are read outside the script. */
const reads = [];

/** As in a browser: it throws at once if it is given something else than a Blob. */
class FakeFileReader {
  onload = () => {};
  result = "";
  /** @param {Blob} blob */
  readAsDataURL(blob) {
    if (!(blob instanceof Blob)) throw new TypeError("parameter 1 is not of type 'Blob'.");
    const read = blob.arrayBuffer().then((bytes) => {
      this.result = `data:${blob.type || "application/octet-stream"};base64,${Buffer.from(bytes).toString("base64")}`;
      this.onload();
    });
    reads.push(read);
  }
}

/** Runs the content script; gives its port and what it sends. */
function run(local = new FakeStorageArea()) {
  /** @type {any[]} */
  const sent = [];
  /** @type {any[]} */
  const posted = [];
  const port1 = /** @type {any} */ ({});
  const storage = { local };
  Object.assign(globalThis, { chrome: { storage } });
  const context = createContext({
    MessageChannel: class {
      port1 = port1;
      port2 = "port2";
    },
    location: { origin: "https://www.youtube.com" },
    FileReader: FakeFileReader,
    chrome: { storage, runtime: { sendMessage: async (/** @type {any} */ message) => sent.push({ ...message }) } },
    postMessage: (/** @type {unknown[]} */ ...args) => posted.push(args),
  });
  runInContext("globalThis.window = globalThis;", context);
  runInContext(SCRIPT, context);
  const receive = async (/** @type {unknown} */ data) => {
    await port1.onmessage({ data });
    await Promise.all(reads);
  };
  return { sent, posted, receive, again: () => void runInContext(SCRIPT, context) };
}

test("the hook gets its port, for this origin only", () => {
  const [[message, origin, ports]] = run().posted;
  assert.deepEqual([message, origin, [...ports]], ["potbridge", "https://www.youtube.com", ["port2"]]);
});

test("a body goes to the background script in base64", async () => {
  const { sent, receive } = run();
  await receive({ url: "https://x/", body: new Blob([Uint8Array.from([0, 255, 50])]) });
  assert.deepEqual(sent, [{ type: "page-hook-body", url: "https://x/", body: "AP8y" }]);
});

test("what is no body of the hook is dropped", async () => {
  const { sent, receive } = run();
  for (const data of [undefined, {}, { url: 1, body: new Blob(["x"]) }, { url: "https://x/", body: "text" }]) {
    await receive(data);
  }
  assert.deepEqual(sent, []);
});

test("nothing is passed on while the capture is paused", async () => {
  const body = { url: "https://x/", body: new Blob([Uint8Array.from([1])]) };
  const local = new FakeStorageArea();
  const { sent, receive } = run(local);
  await receive(body);
  assert.equal(sent.length, 1);
  await captureSettings.change({ paused: true });
  await receive(body);
  const next = run(local);
  await next.receive(body);
  assert.deepEqual([sent.length, next.sent], [1, []]);
  await captureSettings.change({ paused: false });
  await receive(body);
  await next.receive(body);
  assert.deepEqual([sent.length, next.sent.length], [2, 1]);
});

test("a storage that fails does not stop the hook", async () => {
  const local = new FakeStorageArea();
  local.fails = true;
  const { sent, receive } = run(local);
  await receive({ url: "https://x/", body: new Blob([Uint8Array.from([1])]) });
  assert.equal(sent.length, 1);
});

test("put into a page twice, it posts one port", () => {
  const { posted, again } = run();
  again();
  assert.equal(posted.length, 1);
});
