// The types of a body.

/** @typedef {"string" | "typed-array" | "array-buffer" | "gzip" | "blob" | "stream"} BodyWord */
/**
 * The content of a body: text or protobuf.
 * @typedef {string | Uint8Array<ArrayBuffer>} Payload
 */
/** @typedef {string | ArrayBuffer | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array<ArrayBuffer>>} Body */

/** @param {Payload} payload */
const bytes = (payload) => (typeof payload === "string" ? new TextEncoder().encode(payload) : payload);

/** @type {Record<BodyWord, (payload: Payload) => Body | Promise<Body>>} */
const bodies = {
  string: (payload) => payload,
  "typed-array": bytes,
  "array-buffer": (payload) => bytes(payload).slice().buffer,
  gzip: async (payload) => {
    const compressed = new Blob([payload]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(compressed).arrayBuffer());
  },
  blob: (payload) => new Blob([payload]),
  stream: (payload) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes(payload));
        controller.close();
      },
    }),
};

/**
 * The type of a body for which the scenario names none.
 * @param {Payload} payload
 * @returns {BodyWord}
 */
function usual(payload) {
  return typeof payload === "string" ? "string" : "typed-array";
}

/**
 * @param {BodyWord | null} word
 * @param {Payload} payload
 * @returns {Promise<Body>}
 */
export async function bodyOf(word, payload) {
  return bodies[word ?? usual(payload)](payload);
}
