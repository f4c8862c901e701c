// Media requests come every few seconds, and most bring nothing new. This remembers which do not, so that wasm need not
// look at the like of them again.

/** @typedef {{method: string, url: string, cookieStoreId?: string}} Request */

/** The most that is remembered. Beyond it, all is forgotten. */
const MAX_REMEMBERED = 500;

export class SettledMedia {
  /**
   * Until when nothing new comes, and the number of the last request, by what tells one playback's requests from
   * another's.
   * @type {Map<string, {until: number, count: number}>}
   */
  #settled = new Map();
  #apart;
  #counting;

  /**
   * @param {import("./observer.js").MediaFields} fields
   */
  constructor({ apart, counting }) {
    this.#apart = apart.map(field);
    this.#counting = field(counting);
  }

  /**
   * Whether nothing new can be in this request.
   * @param {Request} request
   * @param {number} time Milliseconds since 1970.
   */
  isSettled(request, time) {
    const settled = this.#settled.get(this.#keyOf(request));
    if (settled === undefined || time >= settled.until) return false;
    const count = this.#countOf(request);
    if (count < settled.count) return false;
    settled.count = count;
    return true;
  }

  /**
   * Nothing new was in this request, and will be in the like of it until then.
   * @param {Request} request
   * @param {number} until Milliseconds since 1970.
   */
  settle(request, until) {
    if (this.#settled.size >= MAX_REMEMBERED) this.#settled.clear();
    this.#settled.set(this.#keyOf(request), { until, count: this.#countOf(request) });
  }

  /**
   * The number of a request; 0 if it has none.
   * @param {Request} request
   */
  #countOf({ url }) {
    return Number(valueIn(url, this.#counting)) || 0;
  }

  /**
   * The fields as they are written. The rest of an address differs from request to request.
   * @param {Request} request
   */
  #keyOf({ method, url, cookieStoreId }) {
    let key = `${method} ${cookieStoreId}`;
    for (const field of this.#apart) key += ` ${valueIn(url, field)}`;
    return key;
  }
}

/**
 * @param {string} name
 */
function field(name) {
  return { name, inQuery: `&${name}=` };
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
