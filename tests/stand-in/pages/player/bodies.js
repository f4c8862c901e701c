// The types of a body.

/** @typedef {"string" | "typed-array" | "array-buffer" | "gzip" | "zstd" | "blob" | "stream"} BodyWord */
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
  zstd: (payload) => zstd(bytes(payload)),
  blob: (payload) => new Blob([payload]),
  stream: (payload) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes(payload));
        controller.close();
      },
    }),
};

/** The largest block of a zstd frame, in bytes. */
const BLOCK = 1 << 17;

/**
 * A zstd frame of blocks that are not compressed: browsers have no encoder.
 * @param {Uint8Array<ArrayBuffer>} content
 */
function zstd(content) {
  const count = Math.max(1, Math.ceil(content.length / BLOCK));
  const blocks = Array.from({ length: count }, (_, index) => {
    const block = content.subarray(index * BLOCK, (index + 1) * BLOCK);
    const header = block.length * 8 + (index === count - 1 ? 1 : 0);
    return [...littleEndian(header, 3), ...block];
  });
  return new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...littleEndian(content.length, 4), ...blocks.flat()]);
}

/**
 * @param {number} value
 * @param {number} bytes
 */
function littleEndian(value, bytes) {
  return Array.from({ length: bytes }, (_, index) => (value >>> (index * 8)) & 255);
}

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
