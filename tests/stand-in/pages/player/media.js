// Media in the answers of media hosts: UMP, in which SABR answers, or a WebM file.

/** @typedef {import("../page/buffer.js").Media} Media */

// Types of UMP's parts.
const MEDIA_HEADER = 20;
const MEDIA = 21;

/** Where a segment of WebM begins (`Cluster`). */
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75];

/** The field of a media header that says that what follows comes before every segment (`is_init_segment`). */
const IS_HEAD = 8;

/**
 * The media that the page's own site has, for players without media requests.
 * @returns {Promise<Media>}
 */
export async function ownMedia() {
  const answer = await fetch("/s/stand-in/media.webm");
  return ofFile(new Uint8Array(await answer.arrayBuffer()));
}

/**
 * The media in an answer.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Media}
 */
export function mediaOf(bytes) {
  return bytes[0] === 0x1a ? ofFile(bytes) : ofUmp(bytes);
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Media} */
function ofFile(bytes) {
  const at = bytes.findIndex((_, place) => CLUSTER.every((byte, further) => bytes[place + further] === byte));
  return { head: bytes.subarray(0, at), segment: bytes.subarray(at) };
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Media} */
function ofUmp(bytes) {
  /** The parts of each header's number. @type {Map<number, Uint8Array<ArrayBuffer>[]>} */
  const parts = new Map();
  let head = -1;
  for (let at = 0; at < bytes.length; ) {
    const type = number(bytes, at);
    const size = number(bytes, type.end);
    const content = bytes.subarray(size.end, size.end + size.value);
    at = size.end + size.value;
    if (type.value === MEDIA_HEADER) {
      const { id, isHead } = header(content);
      parts.set(id, []);
      if (isHead) head = id;
    } else if (type.value === MEDIA) {
      parts.get(content[0] ?? -1)?.push(content.subarray(1));
    }
  }
  const segments = [...parts].filter(([id]) => id !== head).flatMap(([, each]) => each);
  return { head: joined(parts.get(head) ?? []), segment: joined(segments) };
}

/** A media header: all of its fields are numbers. @param {Uint8Array} content */
function header(content) {
  /** @type {Map<number, number>} */
  const fields = new Map();
  for (let at = 0; at < content.length; ) {
    const key = varint(content, at);
    const field = varint(content, key.end);
    fields.set(Math.floor(key.value / 8), field.value);
    at = field.end;
  }
  return { id: fields.get(1) ?? 0, isHead: fields.get(IS_HEAD) === 1 };
}

/** @param {Uint8Array} bytes @param {number} at */
function varint(bytes, at) {
  let value = 0;
  for (let place = 0; ; place += 1) {
    const byte = bytes[at + place] ?? 0;
    value += (byte % 128) * 128 ** place;
    if (byte < 128) return { value, end: at + place + 1 };
  }
}

/**
 * UMP's own form of a number: the ones at the top of the first byte tell how many bytes follow it.
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function number(bytes, at) {
  const first = bytes[at] ?? 0;
  const following = Math.min(4, Math.clz32(~(first << 24)));
  const bits = following === 4 ? 0 : 7 - following;
  let value = first % 2 ** bits;
  for (let place = 0; place < following; place += 1) value += (bytes[at + 1 + place] ?? 0) * 2 ** (bits + 8 * place);
  return { value, end: at + 1 + following };
}

/** @param {Uint8Array<ArrayBuffer>[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
