// The page hook: hands the bodies of the listed requests to relay.js, over a port that the page never sees.
//
// It runs in the page's own world, before any script of the page, and only on sites whose request bodies the browser did
// not hand over. What it hands over is marked as `page_hooked`, since a page could call it with anything.

(() => {
  const LISTED =
    /^https:\/\/(?:(?:www|m|music)\.youtube\.com|www\.youtube-nocookie\.com)\/youtubei\/v1\/(?:player|get_watch|reel\/reel_item_watch)(?:\?|$)|^https:\/\/[a-z0-9.-]+\.googlevideo\.com\/(?:videoplayback|initplayback)(?:[/?]|$)/;
  const LARGEST = 4 * 1024 * 1024;

  /** @type {MessagePort | undefined} */
  let port;
  /** @type {{url: string, body: ArrayBuffer}[]} */
  const early = [];
  const { fetch, Request, ReadableStream, Blob, Uint8Array, MessageEvent } = window;
  const { open, send } = XMLHttpRequest.prototype;
  const { postMessage } = MessagePort.prototype;

  // relay.js posts its port before any script of the page runs. So the first port is the one of relay.js.
  addEventListener("message", take, true);

  /**
   * @param {MessageEvent} event
   */
  function take(event) {
    if (!(event instanceof MessageEvent) || event.data !== "potbridge" || !event.ports[0]) return;
    event.stopImmediatePropagation();
    removeEventListener("message", take, true);
    port = event.ports[0];
    for (const { url, body } of early.splice(0)) hand(url, body);
  }

  /**
   * @param {string} url
   * @param {ArrayBuffer} body
   */
  function hand(url, body) {
    if (body.byteLength === 0 || body.byteLength > LARGEST) return;
    if (port) postMessage.call(port, { url, body: new Uint8Array(body) });
    else if (early.length < 20) early.push({ url, body });
  }

  /**
   * @param {string} url
   * @param {Promise<ArrayBuffer>} body
   */
  function handLater(url, body) {
    body.then((bytes) => hand(url, bytes)).catch(() => {});
  }

  /**
   * @param {RequestInfo | URL} target
   */
  function addressOf(target) {
    const text = target instanceof Request ? target.url : String(target);
    return URL.canParse(text, location.href) ? new URL(text, location.href).href : "";
  }

  window.fetch = function (target, init) {
    const url = addressOf(target);
    if (!LISTED.test(url)) return fetch.call(this, target, init);
    const body = init?.body;
    if (body instanceof ReadableStream) {
      const [own, theirs] = body.tee();
      handLater(url, new Response(own).arrayBuffer());
      return fetch.call(this, target, { ...init, body: theirs });
    }
    if (body instanceof Blob) handLater(url, body.arrayBuffer());
    else if (body === undefined && target instanceof Request && !target.bodyUsed) {
      handLater(url, target.clone().arrayBuffer());
    }
    return fetch.call(this, target, init);
  };

  /** @type {WeakMap<XMLHttpRequest, string>} */
  const addresses = new WeakMap();

  /**
   * @this {XMLHttpRequest}
   * @param {unknown[]} words
   */
  XMLHttpRequest.prototype.open = function (...words) {
    addresses.set(this, addressOf(/** @type {string | URL} */ (words[1])));
    Reflect.apply(open, this, words);
  };

  XMLHttpRequest.prototype.send = function (body) {
    const url = addresses.get(this) ?? "";
    if (body instanceof Blob && LISTED.test(url)) handLater(url, body.arrayBuffer());
    return send.call(this, body);
  };
})();
