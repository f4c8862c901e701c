import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

const SCRIPT = readFileSync(new URL("relay.js", import.meta.url), "utf8");

/** Runs the content script; gives its port and what it sends. */
function run() {
  /** @type {any[]} */
  const sent = [];
  /** @type {any[]} */
  const posted = [];
  const port1 = /** @type {any} */ ({});
  const context = createContext({
    MessageChannel: class {
      port1 = port1;
      port2 = "port2";
    },
    location: { origin: "https://www.youtube.com" },
    Uint8Array,
    btoa,
    chrome: { runtime: { sendMessage: async (/** @type {any} */ message) => sent.push({ ...message }) } },
    postMessage: (/** @type {unknown[]} */ ...args) => posted.push(args),
  });
  runInContext("globalThis.window = globalThis;", context);
  runInContext(SCRIPT, context);
  return { sent, posted, receive: (/** @type {unknown} */ data) => port1.onmessage({ data }) };
}

test("the hook gets its port, for this origin only", () => {
  const [[message, origin, ports]] = run().posted;
  assert.deepEqual([message, origin, [...ports]], ["potbridge", "https://www.youtube.com", ["port2"]]);
});

test("a body goes to the background script in base64", () => {
  const { sent, receive } = run();
  receive({ url: "https://x/", body: Uint8Array.from([0, 255, 50]) });
  assert.deepEqual(sent, [{ type: "page-hook-body", url: "https://x/", body: "AP8y" }]);
});

test("what is no body of the hook is dropped", () => {
  const { sent, receive } = run();
  for (const data of [undefined, {}, { url: 1, body: new Uint8Array(1) }, { url: "https://x/", body: "text" }]) {
    receive(data);
  }
  assert.deepEqual(sent, []);
});
