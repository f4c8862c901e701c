// Sends a request in the way that the scenario names.
import { bodyOf } from "./bodies.js";

/** @typedef {import("./bodies.js").BodyWord} BodyWord */
/** @typedef {import("./bodies.js").Body} Body */
/** @typedef {"fetch" | "request-object" | "cloned-request" | "xhr" | "beacon" | "worker" | "service-worker"} CarrierWord */

/**
 * A request to be sent.
 * @typedef {object} OutgoingRequest
 * @property {"GET" | "POST"} method
 * @property {string} url
 * @property {Record<string, string>} [headers]
 * @property {import("./bodies.js").Payload} [payload]
 */

/**
 * The answer's status and body. The status is `queued`, without a body, if the browser took the request over and reports nothing.
 * @typedef {{ status: number | "queued", body: Uint8Array<ArrayBuffer> }} Answer
 */

/** @typedef {{ method: string, headers: Record<string, string>, body?: Body, duplex?: "half", signal?: AbortSignal }} Init */

/** @type {Record<CarrierWord, (url: string, init: Init) => Promise<Answer>>} */
const carriers = {
  fetch: async (url, init) => whole(await fetch(url, init)),
  "request-object": async (url, init) => whole(await fetch(new Request(url, init))),
  "cloned-request": async (url, init) => {
    const request = new Request(url, init);
    const sent = request.clone();
    return whole(await fetch(sent));
  },
  xhr: (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      if (body instanceof ReadableStream) throw new TypeError("XMLHttpRequest takes no stream");
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.responseType = "arraybuffer";
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.addEventListener("load", () => resolve({ status: request.status, body: new Uint8Array(request.response) }));
      request.addEventListener("error", () => reject(new TypeError("the request could not be sent")));
      request.send(body);
    }),
  beacon: async (url, { body }) => {
    if (!navigator.sendBeacon(url, body)) throw new TypeError("the browser does not take the beacon");
    return { status: "queued", body: new Uint8Array() };
  },
  worker: () => Promise.reject(new TypeError("a worker has no worker")),
  "service-worker": async (url, init) => {
    await underServiceWorker();
    return whole(await fetch(url, init));
  },
};

/** @param {Response} response @returns {Promise<Answer>} */
async function whole(response) {
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
}

/**
 * Sends a request in the way that the scenario names.
 * @param {{ carrier: CarrierWord, body: BodyWord | null, cancelled?: boolean }} way
 * @param {OutgoingRequest} request
 * @returns {Promise<Answer>} settled when the answer has arrived
 */
export async function send(way, request) {
  if (way.carrier === "worker") return inWorker(way.body, request);
  const { method, url, headers = {}, payload } = request;
  /** @type {Init} */
  const init = { method, headers: isCompressed(way.body) ? { ...headers, "Content-Encoding": way.body } : headers };
  if (payload !== undefined) init.body = await bodyOf(way.body, payload);
  if (init.body instanceof ReadableStream) init.duplex = "half";
  if (way.cancelled) init.signal = AbortSignal.timeout(CANCELLED_AFTER_MS);
  return carriers[way.carrier](url, init);
}

/** A request that is cancelled has left the page by then, and no answer has come. */
const CANCELLED_AFTER_MS = 2;

/** @param {BodyWord | null} body */
function isCompressed(body) {
  return body === "gzip" || body === "zstd";
}

/** @type {Worker | undefined} */
let worker;
let lastNumber = 0;

/**
 * Has the page's worker send it. The worker makes the body, since some types cannot be posted to a worker.
 * @param {BodyWord | null} body
 * @param {OutgoingRequest} request
 * @returns {Promise<Answer>}
 */
function inWorker(body, request) {
  const used = (worker ??= new Worker("/s/stand-in/player/worker.js", { type: "module" }));
  const number = (lastNumber += 1);
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const { signal } = done;
    /** @param {MessageEvent<import("./worker.js").WorkerAnswer>} event */
    const answered = ({ data }) => {
      if (data.number !== number) return;
      done.abort();
      if (data.answer === undefined) reject(new TypeError(data.problem));
      else resolve(data.answer);
    };
    const failed = () => {
      done.abort();
      reject(new TypeError("the worker could not be started"));
    };
    used.addEventListener("message", answered, { signal });
    used.addEventListener("error", failed, { signal });
    used.postMessage({ number, body, request });
  });
}

/** Waits until the page's service worker handles the page's requests. */
async function underServiceWorker() {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) return;
  const controlled = new Promise((resolve) =>
    serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
  );
  await serviceWorker.register("/sw.js");
  await controlled;
}
