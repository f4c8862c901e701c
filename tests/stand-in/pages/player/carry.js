// How a request leaves the page: what its body is handed over as, and what it is sent with.

/** @typedef {"string" | "typed-array" | "array-buffer" | "gzip"} BodyWord */
/** @typedef {"fetch" | "request-object" | "xhr"} CarrierWord */
/** @typedef {string | ArrayBuffer | Uint8Array<ArrayBuffer>} Body */
/** @typedef {Record<string, string>} Headers */

/** @type {Record<BodyWord, (text: string) => Body | Promise<Body>>} */
const bodies = {
  string: (text) => text,
  "typed-array": (text) => new TextEncoder().encode(text),
  "array-buffer": (text) => new TextEncoder().encode(text).buffer,
  gzip: async (text) => {
    const compressed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(compressed).arrayBuffer());
  },
};

/** @type {Record<CarrierWord, (url: string, headers: Headers, body: Body) => Promise<number>>} */
const carriers = {
  fetch: async (url, headers, body) => {
    const answer = await fetch(url, { method: "POST", headers, body });
    return answer.status;
  },
  "request-object": async (url, headers, body) => {
    const answer = await fetch(new Request(url, { method: "POST", headers, body }));
    return answer.status;
  },
  xhr: (url, headers, body) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.addEventListener("load", () => resolve(request.status));
      request.addEventListener("error", () => reject(new TypeError("the request could not be sent")));
      request.send(body);
    }),
};

/**
 * Posts JSON in the way that the scenario wants.
 * @param {{ carrier: CarrierWord, body: BodyWord }} way
 * @param {string} url
 * @param {Headers} headers
 * @param {unknown} json
 * @returns {Promise<number>} the answer's status, once it is there
 */
export async function post(way, url, headers, json) {
  const body = await bodies[way.body](JSON.stringify(json));
  const described = { ...headers, "Content-Type": "application/json" };
  const all = way.body === "gzip" ? { ...described, "Content-Encoding": "gzip" } : described;
  return carriers[way.carrier](url, all, body);
}
