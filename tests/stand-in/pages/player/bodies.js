// What a body is handed over as.

/** @typedef {"string" | "typed-array" | "array-buffer" | "gzip" | "blob" | "stream"} BodyWord */
/**
 * What a request says, before it is made a body: text or protobuf.
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
 * The word of a body whose scenario names none.
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
