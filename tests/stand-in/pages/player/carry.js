// How a request leaves the page: what its body is handed over as, and what it is sent with.
import { bodyOf } from "./bodies.js";

/** @typedef {import("./bodies.js").BodyWord} BodyWord */
/** @typedef {import("./bodies.js").Body} Body */
/** @typedef {"fetch" | "request-object" | "cloned-request" | "xhr" | "beacon" | "worker" | "service-worker"} CarrierWord */

/**
 * What is to be sent.
 * @typedef {object} Letter
 * @property {"GET" | "POST"} method
 * @property {string} url
 * @property {Record<string, string>} [headers]
 * @property {import("./bodies.js").Payload} [payload]
 */

/**
 * What became of it: the answer's status, or that the browser has taken it over and will not say.
 * @typedef {number | "queued"} Outcome
 */

/** @typedef {{ method: string, headers: Record<string, string>, body?: Body, duplex?: "half" }} Init */

/** @type {Record<CarrierWord, (url: string, init: Init) => Promise<Outcome>>} */
const carriers = {
  fetch: async (url, init) => (await fetch(url, init)).status,
  "request-object": async (url, init) => (await fetch(new Request(url, init))).status,
  "cloned-request": async (url, init) => {
    const request = new Request(url, init);
    const sent = request.clone();
    return (await fetch(sent)).status;
  },
  xhr: (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      if (body instanceof ReadableStream) throw new TypeError("XMLHttpRequest takes no stream");
      const request = new XMLHttpRequest();
      request.open(method, url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.addEventListener("load", () => resolve(request.status));
      request.addEventListener("error", () => reject(new TypeError("the request could not be sent")));
      request.send(body);
    }),
  beacon: async (url, { body }) => {
    if (!navigator.sendBeacon(url, body)) throw new TypeError("the browser does not take the beacon");
    return "queued";
  },
  worker: () => Promise.reject(new TypeError("a worker has no worker")),
  "service-worker": async (url, init) => {
    await underServiceWorker();
    return (await fetch(url, init)).status;
  },
};

/**
 * Sends a request in the way that the scenario wants.
 * @param {{ carrier: CarrierWord, body: BodyWord | null }} way
 * @param {Letter} letter
 * @returns {Promise<Outcome>} once the answer is there
 */
export async function send(way, letter) {
  if (way.carrier === "worker") return inWorker(way.body, letter);
  const { method, url, headers = {}, payload } = letter;
  /** @type {Init} */
  const init = { method, headers: way.body === "gzip" ? { ...headers, "Content-Encoding": "gzip" } : headers };
  if (payload !== undefined) init.body = await bodyOf(way.body, payload);
  if (init.body instanceof ReadableStream) init.duplex = "half";
  return carriers[way.carrier](url, init);
}

/** @type {Worker | undefined} */
let worker;
let asked = 0;

/**
 * Has the page's worker send it. The body is made there: not all of them could be handed over.
 * @param {BodyWord | null} body
 * @param {Letter} letter
 * @returns {Promise<Outcome>}
 */
function inWorker(body, letter) {
  const used = (worker ??= new Worker("/s/rehearsal/player/worker.js", { type: "module" }));
  const number = (asked += 1);
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const { signal } = done;
    /** @param {MessageEvent<import("./worker.js").Told>} event */
    const told = ({ data }) => {
      if (data.number !== number) return;
      done.abort();
      if (data.outcome === undefined) reject(new TypeError(data.problem));
      else resolve(data.outcome);
    };
    const failed = () => {
      done.abort();
      reject(new TypeError("the worker could not be started"));
    };
    used.addEventListener("message", told, { signal });
    used.addEventListener("error", failed, { signal });
    used.postMessage({ number, body, letter });
  });
}

/** Done once the page's service worker sees what the page sends. */
async function underServiceWorker() {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) return;
  const controlled = new Promise((resolve) =>
    serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
  );
  await serviceWorker.register("/sw.js");
  await controlled;
}
