// Media requests come every few seconds, and most say nothing new: this remembers of which that is known, so that
// wasm need not look at the same again.

/** @typedef {{method: string, url: string, cookieStoreId?: string}} Request */

const MOST = 500;

export class MediaMemo {
  /** @type {Map<string, number>} By what tells one playback's requests from another's: until when. */
  #settled = new Map();

  /**
   * Whether nothing new can be in this request.
   * @param {Request} request
   * @param {number} time Milliseconds since 1970.
   */
  isSettled(request, time) {
    const until = this.#settled.get(keyOf(request));
    return until !== undefined && time < until;
  }

  /**
   * There was nothing new in this request, and will not be in the like of it until then.
   * @param {Request} request
   * @param {number} until Milliseconds since 1970.
   */
  settle(request, until) {
    if (this.#settled.size >= MOST) this.#settled.clear();
    this.#settled.set(keyOf(request), until);
  }
}

/**
 * The two fields of the address that matter, as they are written; the rest differs from request to request.
 * @param {Request} request
 */
function keyOf({ method, url, cookieStoreId }) {
  return `${method} ${cookieStoreId} ${field(url, "&cpn=")} ${field(url, "&pot=")}`;
}

/**
 * The field, or all of an address that is written in another way.
 * @param {string} url
 * @param {string} name
 */
function field(url, name) {
  const at = url.indexOf(name);
  if (at < 0) return name === "&cpn=" || url.includes("pot") ? url : "";
  const start = at + name.length;
  const end = url.indexOf("&", start);
  return url.slice(start, end < 0 ? undefined : end);
}
