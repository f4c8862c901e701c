// Random values in the shapes that the player uses.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * @param {number} count
 * @returns {Uint8Array}
 */
export function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/**
 * A client playback nonce: 16 base64url characters, new for each playback.
 * @returns {string}
 */
export function newCpn() {
  return Array.from(randomBytes(16), (byte) => ALPHABET.charAt(byte & 63)).join("");
}

/**
 * A random one of these.
 * @param {readonly number[]} choices at most 256
 * @returns {number}
 */
export function oneOf(choices) {
  const [byte = 0] = randomBytes(1);
  return choices[byte % choices.length] ?? 0;
}
