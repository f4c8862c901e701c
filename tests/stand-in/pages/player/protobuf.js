// The part of protobuf that the player's requests need. A message is a list of fields.

/** @typedef {[tag: number, value: number | string | Uint8Array | Field[]]} Field */

/**
 * @param {number} value a whole number from 0 to 2^53
 * @returns {number[]}
 */
export function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

/**
 * Numbers become varints. Text, bytes and messages follow their length.
 * @param {Field[]} fields
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function message(fields) {
  return new Uint8Array(
    fields.flatMap(([tag, value]) => {
      if (typeof value === "number") return [...varint(tag * 8), ...varint(value)];
      const bytes = delimited(value);
      return [...varint(tag * 8 + 2), ...varint(bytes.length), ...bytes];
    }),
  );
}

/** @param {string | Uint8Array | Field[]} value */
function delimited(value) {
  if (typeof value === "string") return new TextEncoder().encode(value);
  return value instanceof Uint8Array ? value : message(value);
}
