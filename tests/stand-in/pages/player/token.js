// Tokens in the right shape, made of random bytes. They are worthless.
import { varint } from "./protobuf.js";
import { oneOf, randomBytes } from "./random.js";

/** @typedef {"real" | "cold-start" | "fallback" | "video" | "session" | "malformed" | "backoff" | "not-ready" | "absent"} TokenWord */

/**
 * What tokens are bound to.
 * @typedef {object} TokenBinding
 * @property {boolean} byVideo each token is bound to its video; otherwise one token serves the whole session
 * @property {string} session the visitor data, or the account if somebody is logged in
 */

const REAL = 0x32;
const COLD_START = 0x22;

// Payload lengths that were seen, in bytes.
const BOUND_TO_VIDEO = [83, 87, 88, 89];
const BOUND_TO_SESSION = [116, 120, 122];
const FALLBACK = 82;

export class Mint {
  /** @type {TokenBinding} */
  #binding;
  /** The real tokens so far. A video that comes again gets the same one. @type {Map<string, string>} */
  #minted = new Map();

  /** @param {TokenBinding} binding */
  constructor(binding) {
    this.#binding = binding;
  }

  /**
   * @param {TokenWord} word
   * @param {string} videoId
   * @param {string | null} [client] the client that it is made for, if that is not the page's own
   * @returns {string | undefined}
   */
  token(word, videoId, client = null) {
    switch (word) {
      case "real":
        return this.#real(videoId, this.#binding.byVideo, client);
      case "video":
        return this.#real(videoId, true, client);
      case "session":
        return this.#real(videoId, false, client);
      case "cold-start":
        return coldStartToken(this.#binding.session, Math.floor(Date.now() / 1000));
      case "fallback":
        return token(FALLBACK);
      case "malformed":
        return this.#real(videoId, this.#binding.byVideo, client).slice(0, -12);
      case "backoff":
        return "backoff";
      case "not-ready":
        return "SDF:notready";
      case "absent":
        return undefined;
    }
  }

  /**
   * Makes a new token the next time, since this one was refused.
   * @param {string} videoId
   */
  forget(videoId) {
    this.#minted.delete(keyOf(videoId, true, null));
    if (!this.#binding.byVideo) this.#minted.delete(keyOf(videoId, false, null));
  }

  /**
   * @param {string} videoId
   * @param {boolean} byVideo
   * @param {string | null} client
   */
  #real(videoId, byVideo, client) {
    const key = keyOf(videoId, byVideo, client);
    const minted = this.#minted.get(key) ?? (byVideo ? boundToVideo(videoId) : token(oneOf(BOUND_TO_SESSION)));
    this.#minted.set(key, minted);
    return minted;
  }
}

/**
 * The key of a real token.
 * @param {string} videoId
 * @param {boolean} byVideo
 * @param {string | null} client
 */
function keyOf(videoId, byVideo, client) {
  return `${client ?? ""}/${byVideo ? videoId : ""}`;
}

/** A real token that is bound to nothing that the page shows. */
export function anyToken() {
  return token(oneOf(BOUND_TO_VIDEO));
}

/**
 * A token that is bound to a video. As the real one's it is opaque, but its last bytes tell tests the video.
 * @param {string} videoId
 */
function boundToVideo(videoId) {
  return token(oneOf(BOUND_TO_VIDEO), tokenBytes(`${videoId}=`));
}

/**
 * A well-formed token: the type, the payload's length as a varint, the payload.
 * @param {number} length of the payload in bytes
 * @param {Uint8Array} [end] its last bytes, which are random otherwise
 */
function token(length, end = new Uint8Array()) {
  return base64url(new Uint8Array([REAL, ...varint(length), ...randomBytes(length - end.length), ...end]));
}

/**
 * The cold-start token.
 *
 * Two key bytes come first. Then, masked with them, follow a byte of unknown use, the client's state, the time and the
 * binding.
 * @param {string} binding
 * @param {number} seconds since 1970
 */
export function coldStartToken(binding, seconds) {
  const key = randomBytes(2);
  const time = new Uint8Array(4);
  new DataView(time.buffer).setUint32(0, seconds);
  const state = 2;
  const clear = [0, state, ...time, ...new TextEncoder().encode(binding)];
  const masked = clear.map((byte, index) => byte ^ (key[index % 2] ?? 0));
  return base64url(new Uint8Array([COLD_START, ...varint(key.length + masked.length), ...key, ...masked]));
}

/**
 * A token's bytes, as protobuf carries them. What is no token is carried as its characters.
 * @param {string} poToken
 */
export function carriedBytes(poToken) {
  return poToken.length % 4 === 0 && !poToken.includes(":") ? tokenBytes(poToken) : new TextEncoder().encode(poToken);
}

/**
 * The bytes that base64url spells.
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
