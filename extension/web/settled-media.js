// Media requests come every few seconds, and most bring nothing new. This remembers which do not, so that wasm need not
// look at the like of them again.

/** @typedef {{method: string, url: string, cookieStoreId?: string}} Request */

/** The most that is remembered. Beyond it, all is forgotten. */
const MAX_REMEMBERED = 500;

export class SettledMedia {
  /** @type {Map<string, number>} Until when nothing new comes, by what tells one playback's requests from another's. */
  #settled = new Map();
  #fields;

  /**
   * @param {string[]} fields The fields of an address that tell requests with something new from those without.
   */
  constructor(fields) {
    this.#fields = fields.map((name) => ({ name, inQuery: `&${name}=` }));
  }

  /**
   * Whether nothing new can be in this request.
   * @param {Request} request
   * @param {number} time Milliseconds since 1970.
   */
  isSettled(request, time) {
    const until = this.#settled.get(this.#keyOf(request));
    return until !== undefined && time < until;
  }

  /**
   * Nothing new was in this request, and will be in the like of it until then.
   * @param {Request} request
   * @param {number} until Milliseconds since 1970.
   */
  settle(request, until) {
    if (this.#settled.size >= MAX_REMEMBERED) this.#settled.clear();
    this.#settled.set(this.#keyOf(request), until);
  }

  /**
   * The fields as they are written. The rest of an address differs from request to request.
   * @param {Request} request
   */
  #keyOf({ method, url, cookieStoreId }) {
    let key = `${method} ${cookieStoreId}`;
    for (const field of this.#fields) key += ` ${valueIn(url, field)}`;
    return key;
  }
}

/**
 * The field's value; the whole address if the field is written in another way than in the middle of a query.
 * @param {string} url
 * @param {{name: string, inQuery: string}} field
 */
function valueIn(url, { name, inQuery }) {
  const at = url.indexOf(inQuery);
  if (at < 0) return url.includes(name) ? url : "";
  const start = at + inQuery.length;
  const end = url.indexOf("&", start);
  return url.slice(start, end < 0 ? undefined : end);
}
