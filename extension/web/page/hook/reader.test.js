import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

const SCRIPT = readFileSync(new URL("reader.js", import.meta.url), "utf8");
const PLAYER = "https://www.youtube.com/youtubei/v1/player?prettyPrint=false";
const MEDIA = "https://rr1---sn-abc.googlevideo.com/videoplayback?pot=x";

/** Runs the hook in a page. `port` is the one that relay.js posts. */
function run() {
  /** @type {any[]} What reached the port. */
  const handed = [];
  let received = () => {};
  /** @type {unknown[]} What the page's own `fetch` got. */
  const fetched = [];
  /** @type {((event: any) => void) | undefined} */
  let listener;
  class Port {
    /** @param {{url: string, body: Uint8Array}} message */
    postMessage({ url, body }) {
      handed.push([url, new TextDecoder().decode(body)]);
      received();
    }
  }
  class XMLHttpRequest {
    /** @param {unknown[]} args */
    open(...args) {
      fetched.push(args);
    }
    /** @param {unknown} body */
    send(body) {
      fetched.push(body);
    }
  }
  class MessageEvent {
    /** @type {unknown[]} */
    ports = [new Port()];
    data = "potbridge";
    stopped = false;
    stopImmediatePropagation() {
      this.stopped = true;
    }
  }
  const page = createContext({
    Request,
    Response,
    ReadableStream,
    Blob,
    Uint8Array,
    URL,
    MessageEvent,
    XMLHttpRequest,
    MessagePort: Port,
    location: { href: "https://www.youtube.com/watch?v=v1" },
    fetch: async (/** @type {unknown} */ target, /** @type {any} */ init) => {
      fetched.push(init?.body ?? target);
      return "answer";
    },
    addEventListener: (/** @type {string} */ _, /** @type {any} */ added) => (listener = added),
    removeEventListener: () => (listener = undefined),
  });
  runInContext("globalThis.window = globalThis;", page);
  runInContext(SCRIPT, page);
  const connect = () => {
    const event = new MessageEvent();
    listener?.(event);
    return event;
  };
  /** The next body reaches the port. */
  const next = () => new Promise((resolve) => (received = () => resolve(undefined)));
  return { page, handed, fetched, connect, next, isListening: () => listener !== undefined };
}

test("a fetched blob is handed over, and the page gets its answer", async () => {
  const { page, handed, fetched, connect, next } = run();
  connect();
  const body = new Blob(["player body"]);
  const received = next();
  assert.equal(await page.fetch(PLAYER, { method: "POST", body }), "answer");
  await received;
  assert.deepEqual(handed, [[PLAYER, "player body"]]);
  assert.deepEqual(fetched, [body]);
});

test("a stream reaches both the hook and the page's server", async () => {
  const { page, handed, fetched, connect, next } = run();
  connect();
  const body = new Blob(["media body"]).stream();
  const received = next();
  await page.fetch(MEDIA, { method: "POST", body });
  assert.equal(await new Response(/** @type {any} */ (fetched[0])).text(), "media body");
  await received;
  assert.deepEqual(handed, [[MEDIA, "media body"]]);
});

test("the body of a Request object is handed over, and stays whole", async () => {
  const { page, handed, fetched, connect, next } = run();
  connect();
  const received = next();
  await page.fetch(new Request(PLAYER, { method: "POST", body: "in a request" }));
  await received;
  assert.deepEqual(handed, [[PLAYER, "in a request"]]);
  assert.equal(await /** @type {Request} */ (fetched[0]).text(), "in a request");
});

test("an XMLHttpRequest's blob is handed over", async () => {
  const { page, handed, connect, next } = run();
  connect();
  const received = next();
  const request = new page.XMLHttpRequest();
  request.open("POST", "/youtubei/v1/get_watch");
  request.send(new Blob(["watch body"]));
  await received;
  assert.deepEqual(handed, [["https://www.youtube.com/youtubei/v1/get_watch", "watch body"]]);
});

test("other requests are left alone", async () => {
  const { page, handed, connect, next } = run();
  connect();
  const received = next();
  for (const url of [
    "https://www.youtube.com/youtubei/v1/next",
    "https://example.org/videoplayback",
    "/api/stats/qoe",
  ]) {
    await page.fetch(url, { method: "POST", body: new Blob(["private"]) });
  }
  await page.fetch(PLAYER, { method: "POST", body: new Blob(["last"]) });
  await received;
  assert.deepEqual(handed, [[PLAYER, "last"]]);
});

test("bodies before the port are kept, and handed over with it", async () => {
  const { page, handed, connect, next } = run();
  const body = new Blob(["early"]);
  await page.fetch(PLAYER, { method: "POST", body });
  await body.arrayBuffer();
  assert.deepEqual(handed, []);
  const received = next();
  connect();
  await received;
  assert.deepEqual(handed, [[PLAYER, "early"]]);
});

test("the page never sees the port, and a second one is ignored", async () => {
  const { connect, isListening } = run();
  assert.equal(connect().stopped, true);
  assert.equal(isListening(), false);
});

test("an empty body is not handed over", async () => {
  const { page, handed, connect, next } = run();
  connect();
  const received = next();
  await page.fetch(PLAYER, { method: "POST", body: new Blob([]) });
  await page.fetch(PLAYER, { method: "POST", body: new Blob(["last"]) });
  await received;
  assert.deepEqual(handed, [[PLAYER, "last"]]);
});

test("the hook reads player requests on every site of the manifest", async () => {
  const manifest = JSON.parse(readFileSync(new URL("../../manifest.json", import.meta.url), "utf8"));
  for (const pattern of manifest.content_scripts[0].matches) {
    const { page, handed, connect, next } = run();
    connect();
    const url = pattern.replace("*", "youtubei/v1/player");
    const received = next();
    await page.fetch(url, { method: "POST", body: new Blob(["body"]) });
    await received;
    assert.deepEqual(handed, [[url, "body"]]);
  }
});
