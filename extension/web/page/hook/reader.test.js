import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

const SCRIPT = readFileSync(new URL("reader.js", import.meta.url), "utf8");
const PLAYER = "https://www.youtube.com/youtubei/v1/player?prettyPrint=false";
const MEDIA = "https://rr1---sn-abc.googlevideo.com/videoplayback?pot=x";

/**
 * Runs the hook in a page. `connect` posts the port of relay.js.
 * @param {string} [before] What another script does in the page before.
 */
function run(before = "") {
  /** @type {any[]} What reached the port. */
  const handed = [];
  let received = () => {};
  /** @type {unknown[]} What the page's own `fetch` got. */
  const fetched = [];
  /** @type {((event: any) => void) | undefined} */
  let listener;
  class Port {
    /** @param {{url: string, body: Blob}} message */
    async postMessage({ url, body }) {
      handed.push([url, await body.text()]);
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
  class Event {
    stopped = false;
    stopImmediatePropagation() {
      this.stopped = true;
    }
  }
  class MessageEvent extends Event {
    #origin;
    #data;
    /**
     * @param {string} origin
     * @param {unknown} data
     */
    constructor(origin, data) {
      super();
      this.#origin = origin;
      this.#data = data;
    }
    get origin() {
      return this.#origin;
    }
    get data() {
      return this.#data;
    }
    get ports() {
      return [new Port()];
    }
  }
  class Node {
    get baseURI() {
      return "https://www.youtube.com/watch?v=v1";
    }
  }
  const page = createContext({
    ...{ Request, Response, ReadableStream, ReadableStreamDefaultReader, Blob, URL, Event, MessageEvent, XMLHttpRequest },
    MessagePort: Port,
    location: { origin: "https://www.youtube.com" },
    Node,
    document: new Node(),
    fetch: async function fetch(/** @type {unknown} */ target, /** @type {any} */ init) {
      if (target === undefined) throw new TypeError("1 argument required, but only 0 present.");
      fetched.push(init?.body ?? target);
      return "answer";
    },
    addEventListener: (/** @type {string} */ _, /** @type {any} */ added) => (listener = added),
    removeEventListener: () => (listener = undefined),
  });
  runInContext("globalThis.window = globalThis;", page);
  // As in a browser: the text of its own functions shows no code.
  const natives = new Map([
    [page.fetch, "fetch"],
    [XMLHttpRequest.prototype.send, "send"],
  ]);
  page.nameOf = (/** @type {any} */ candidate) => natives.get(candidate);
  runInContext(
    `{
      const { toString } = Function.prototype;
      Function.prototype.toString = function () {
        const name = nameOf(this);
        return name ? \`function \${name}() { [native code] }\` : toString.call(this);
      };
    }`,
    page,
  );
  runInContext(before, page);
  runInContext(SCRIPT, page);
  const connect = (origin = "https://www.youtube.com", /** @type {unknown} */ data = "potbridge") => {
    const event = new MessageEvent(origin, data);
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
  assert.equal(connect("https://evil.example").stopped, false, "of another window");
  assert.equal(connect(undefined, "hello").stopped, false, "of the page");
  assert.equal(isListening(), true);
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

/** @typedef {ReturnType<typeof run>} Hook */

/** The page sends a Request; gives what reached the port by the time that `arrives` says. */
async function sendRequest(/** @type {Hook} */ hook, arrives = (/** @type {Hook} */ { next }) => next()) {
  const { page, handed, connect, fetched } = hook;
  connect();
  const arrived = arrives(hook);
  await page.fetch(ofPage());
  await arrived;
  assert.equal(await /** @type {Request} */ (fetched[0]).text(), "in a request", "the page's own stays whole");
  return handed.map(([, text]) => text);
}

const OTHERS = ["first", "second", "third"];

/** Other bodies that the page sends later have arrived, one after the other: nothing of an earlier one is under way. */
async function othersArrive(/** @type {Hook} */ { page, handed }) {
  await null;
  for (const other of OTHERS) {
    const request = new page.XMLHttpRequest();
    request.open("POST", MEDIA);
    request.send(new Blob([other]));
    while (!handed.some(([, text]) => text === other)) await new Promise(setImmediate);
  }
}

const OWN = Object.getOwnPropertyDescriptors(Request.prototype);

/** The realms of the tests share one class. */
function restoreRequest() {
  Object.defineProperties(Request.prototype, OWN);
}

function ofPage() {
  return new Request(PLAYER, { method: "POST", body: "in a request" });
}

test("scripts that came before and replaced what reads a body do not hide it", async () => {
  for (const before of [
    "Request.prototype.blob = () => Promise.reject(new Error());",
    "Request.prototype.blob = Request.prototype.arrayBuffer = async () => undefined;",
    "Request.prototype.blob = Request.prototype.arrayBuffer = () => { throw new Error() };",
    "window.Response = undefined; Response = class {};",
    "const { clone } = Request.prototype; Request.prototype.clone = function () { return clone.call(this); };",
    "const { fetch } = window; window.fetch = (target, init) => { target.clone(); return fetch(target, init); };",
  ]) {
    try {
      assert.deepEqual(await sendRequest(run(before)), ["in a request"], before);
    } finally {
      restoreRequest();
    }
  }
});

test("a copy that is the page's own Request is not read", async () => {
  try {
    for (const clone of ["function () { return this; }", "() => { throw new Error(); }"]) {
      assert.deepEqual(await sendRequest(run(`Request.prototype.clone = ${clone};`), othersArrive), OTHERS);
    }
  } finally {
    restoreRequest();
  }
});

test("scripts that come after and copy the Request do not hide it", async () => {
  for (const after of ["const sent = target;", "const sent = target.clone();", "const sent = new Request(target);"]) {
    const hook = run();
    runInContext(
      `{ const { fetch } = window; window.fetch = (target, init) => { target.clone(); ${after} return fetch(sent, init); } }`,
      hook.page,
    );
    assert.deepEqual(await sendRequest(hook), ["in a request"], after);
  }
});

test("scripts that come after and replace what reads a body do not hide it", async () => {
  try {
    const hook = run();
    runInContext("Request.prototype.blob = Request.prototype.clone = () => { throw new Error(); };", hook.page);
    assert.deepEqual(await sendRequest(hook), ["in a request"]);
  } finally {
    restoreRequest();
  }
});

test("any body is handed over that another script may send in another form", async () => {
  const before = `{
    const { fetch } = window;
    window.fetch = (target, init) => fetch(new Request(target, init).clone());
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function (body) { return send.call(this, new Blob([body])); };
  }`;
  const { page, handed, connect, next } = run(before);
  connect();
  const bytes = new TextEncoder().encode("body");
  for (const body of ["body", bytes, bytes.buffer, new DataView(bytes.buffer)]) {
    await page.fetch(PLAYER, { method: "POST", body });
    const request = new page.XMLHttpRequest();
    request.open("POST", PLAYER);
    request.send(body);
  }
  while (handed.length < 8) await next();
  assert.deepEqual(handed, Array(8).fill([PLAYER, "body"]));
});

test("a body that the browser shows is left to it", async () => {
  const hook = run("window.fetch = Object.assign(window.fetch, { toString: () => 'x' });");
  const { page, handed, connect } = hook;
  connect();
  await page.fetch(PLAYER, { method: "POST", body: "body" });
  const request = new page.XMLHttpRequest();
  request.open("POST", PLAYER);
  request.send("body");
  await othersArrive(hook);
  assert.deepEqual(
    handed.map(([, text]) => text),
    OTHERS,
  );
});

test("a Request is known by what it is, and not by its class", async () => {
  assert.deepEqual(await sendRequest(run("window.Request = class extends Request {};")), ["in a request"]);
});

test("the page's functions look and fail as they did", async () => {
  const { page } = run();
  assert.deepEqual([page.fetch.name, page.fetch.length], ["fetch", 2]);
  assert.equal(page.XMLHttpRequest.prototype.send.name, "send");
  assert.doesNotMatch(runInContext("String(fetch)", page), /listed|sharing/);
  await assert.rejects(page.fetch(), /1 argument required/);
  const used = ofPage();
  await used.text();
  assert.equal(await page.fetch(used), "answer", "the browser's own says what is wrong");
});

test("a page that replaces what the language looks up neither hides a body nor gets hold of the port", async () => {
  const hook = run();
  runInContext(
    `globalThis.seen = 0;
    const spy = () => void (seen += 1);
    const iterators = Object.getPrototypeOf([][Symbol.iterator]());
    iterators.next = () => (spy(), { done: true });
    Array.prototype[Symbol.iterator] = () => (spy(), { __proto__: iterators });
    RegExp.prototype.exec = RegExp.prototype.test = spy;
    for (let at = 0; at < 2; at += 1) Object.defineProperty(Array.prototype, at, { set: spy });
    Object.defineProperty(Object.getPrototypeOf(document), "baseURI", { get: () => "https://evil.example/" });
    Function.prototype.call = Function.prototype.apply = Reflect.apply = spy;
    URL = Blob = MessagePort = undefined;`,
    hook.page,
  );
  const { page, handed, connect } = hook;
  connect();
  const pieces = new ReadableStream({
    start(controller) {
      for (const piece of ["two ", "pieces"]) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  for (const [body, expected] of /** @type {[any, string][]} */ ([
    [new Blob(["a blob"]), "a blob"],
    [pieces, "two pieces"],
  ])) {
    await page.fetch("/youtubei/v1/player", { method: "POST", body });
    for (let turn = 0; turn < 1000 && handed.length === 0; turn += 1) await new Promise(setImmediate);
    assert.deepEqual(handed.pop(), ["https://www.youtube.com/youtubei/v1/player", expected]);
  }
  assert.equal(page.fetch.name, "fetch");
  assert.equal(page.seen, 0);
});
