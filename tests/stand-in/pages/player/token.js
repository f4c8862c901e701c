// Tokens in the right shape, made of random bytes: worth nothing anywhere.
import { varint } from "./protobuf.js";
import { oneOf, randomBytes } from "./random.js";

/** @typedef {"real" | "placeholder" | "fallback" | "malformed" | "absent"} TokenWord */

/**
 * What tokens are made for.
 * @typedef {object} TokenBinding
 * @property {boolean} byVideo each token is bound to its video; else one token serves the whole session
 * @property {string} session the visitor data, or the account of somebody logged in
 */

const REAL = 0x32;
const PLACEHOLDER = 0x22;

// Payload lengths that were seen, in bytes.
const BOUND_TO_VIDEO = [83, 87, 88, 89];
const BOUND_TO_SESSION = [116, 120];
const FALLBACK = 82;

export class Mint {
  /** @type {TokenBinding} */
  #binding;
  /** The real tokens so far: a video that comes again gets the same one. @type {Map<string, string>} */
  #minted = new Map();

  /** @param {TokenBinding} binding */
  constructor(binding) {
    this.#binding = binding;
  }

  /**
   * @param {TokenWord} word
   * @param {string} videoId
   * @returns {string | undefined}
   */
  token(word, videoId) {
    switch (word) {
      case "real":
        return this.#real(videoId);
      case "placeholder":
        return placeholder(this.#binding.session, Math.floor(Date.now() / 1000));
      case "fallback":
        return token(FALLBACK);
      case "malformed":
        return this.#real(videoId).slice(0, -12);
      case "absent":
        return undefined;
    }
  }

  /**
   * A token was refused: the next one is a new one.
   * @param {string} videoId
   */
  forget(videoId) {
    this.#minted.delete(this.#key(videoId));
  }

  /** What the real token of this video is kept under. @param {string} videoId */
  #key(videoId) {
    return this.#binding.byVideo ? videoId : "";
  }

  /** @param {string} videoId */
  #real(videoId) {
    const { byVideo } = this.#binding;
    const key = this.#key(videoId);
    const minted = this.#minted.get(key) ?? token(oneOf(byVideo ? BOUND_TO_VIDEO : BOUND_TO_SESSION));
    this.#minted.set(key, minted);
    return minted;
  }
}

/**
 * A well-formed token: the type, the payload's length as a varint, the payload.
 * @param {number} length of the payload in bytes
 */
function token(length) {
  return base64url(new Uint8Array([REAL, ...varint(length), ...randomBytes(length)]));
}

/**
 * The cold-start token: two key bytes, then, each masked with one of them, a byte of unknown use, the client's state, the
 * time and what it is bound to in clear.
 * @param {string} binding
 * @param {number} seconds since 1970
 */
export function placeholder(binding, seconds) {
  const key = randomBytes(2);
  const time = new Uint8Array(4);
  new DataView(time.buffer).setUint32(0, seconds);
  const state = 2;
  const clear = [0, state, ...time, ...new TextEncoder().encode(binding)];
  const masked = clear.map((byte, index) => byte ^ (key[index % 2] ?? 0));
  return base64url(new Uint8Array([PLACEHOLDER, ...varint(key.length + masked.length), ...key, ...masked]));
}

/**
 * The bytes that a token stands for, as protobuf carries it.
 * @param {string} poToken
 */
export function tokenBytes(poToken) {
  const binary = atob(poToken.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
