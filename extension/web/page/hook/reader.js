// The page hook: hands the bodies of the listed requests to relay.js, over a port that the page never sees.
//
// It runs in the page's own world, before any script of the page if it can, and only on sites whose request bodies the
// browser did not hand over. What it hands over is marked as `page_hooked`, since a page could call it with anything.
//
// Scripts of content blockers wrap the same functions before it and after it, and a page may replace whatever the language
// looks up. So it takes what it needs from the browser at once, looks up nothing later that a script could have replaced (no
// method, no iterator, no setter of an array's place), tells objects by what they are and not by their realm's class, and lets
// nothing fail that would have worked.

(() => {
  const LISTED =
    /^https:\/\/(?:(?:www|m|music|studio)\.youtube\.com|www\.youtube-nocookie\.com)\/youtubei\/v1\/(?:player|get_watch|reel\/reel_item_watch)(?:\?|$)|^https:\/\/[a-z0-9.-]+\.(?:googlevideo|c\.youtube)\.com\/(?:videoplayback|initplayback)(?:[/?]|$)/;
  const LARGEST = 4 * 1024 * 1024;
  const MAX_EARLY = 20;

  const { apply } = Reflect;
  const { Blob, URL, WeakMap, Proxy } = window;
  const { exec } = RegExp.prototype;
  const { postMessage } = MessagePort.prototype;
  const { stopImmediatePropagation } = Event.prototype;
  const { tee, getReader } = ReadableStream.prototype;
  const { read } = ReadableStreamDefaultReader.prototype;
  const { clone, blob, arrayBuffer, text } = Request.prototype;
  const WAYS = [blob, arrayBuffer, text];
  const { get, set } = WeakMap.prototype;
  const { isView } = ArrayBuffer;
  const { iterator } = Symbol;
  const { toString: toText } = Function.prototype;
  const [requestUrl, requestMethod] = [getter(Request, "url"), getter(Request, "method")];
  const [urlHref, streamLocked] = [getter(URL, "href"), getter(ReadableStream, "locked")];
  const baseUri = getter(Node, "baseURI");
  const [blobSize, bufferSize] = [getter(Blob, "size"), getter(ArrayBuffer, "byteLength")];
  const viewSize = getter(Object.getPrototypeOf(Uint8Array), "byteLength");
  const [eventData, eventPorts, eventOrigin] = ["data", "ports", "origin"].map((name) => getter(MessageEvent, name));

  /** @type {MessagePort | undefined} */
  let port;
  /** @type {List<{url: string, body: Blob}>} */
  const early = newList();

  /**
   * A list that a page can neither look into nor lead astray.
   * @template T
   * @typedef {{[at: number]: T, length: number, [Symbol.iterator](): Iterator<T>}} List
   */

  /**
   * @template T
   * @returns {List<T>}
   */
  function newList() {
    /** @type {List<T>} */
    const list = {
      // @ts-expect-error A list has nothing of anybody's else.
      __proto__: null,
      length: 0,
      // Blob's constructor asks for it.
      [iterator]() {
        let at = 0;
        return {
          __proto__: null,
          next() {
            const done = at === list.length;
            return { __proto__: null, done, value: done ? undefined : list[at++] };
          },
        };
      },
    };
    return list;
  }

  /**
   * @template T
   * @param {List<T>} list
   * @param {T} value
   */
  function push(list, value) {
    list[list.length] = value;
    list.length += 1;
    return list;
  }

  /**
   * The browser's own getter of a property. It works for objects of every realm, and only for those of its class.
   * @param {{prototype: object}} owner
   * @param {string} name
   * @returns {(object: unknown) => any} Undefined if the object is none of that class.
   */
  function getter({ prototype }, name) {
    // Another script may have put a class of its own in front.
    let owner = prototype;
    while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
    const native = owner && Object.getOwnPropertyDescriptor(owner, name)?.get;
    return (object) => {
      try {
        return native && apply(native, object, []);
      } catch {
        return undefined;
      }
    };
  }

  // relay.js posts its port before any script of the page runs. So the first port is the one of relay.js. Another window
  // may post one too: its origin is another.
  addEventListener("message", take, true);

  /**
   * @param {MessageEvent} event
   */
  function take(event) {
    const first = eventPorts(event)?.[0];
    if (eventData(event) !== "potbridge" || eventOrigin(event) !== location.origin || !first) return;
    apply(stopImmediatePropagation, event, []);
    removeEventListener("message", take, true);
    port = first;
    for (let at = 0; at < early.length; at += 1) hand(early[at].url, early[at].body);
    early.length = 0;
  }

  /**
   * @param {string} url
   * @param {Blob | undefined} body
   */
  function hand(url, body) {
    const size = blobSize(body) ?? 0;
    if (size === 0 || size > LARGEST) return;
    // The bytes are read in relay.js, where no script of the page has replaced anything.
    if (port) apply(postMessage, port, [{ url, body }]);
    else if (early.length < MAX_EARLY) push(early, { url, body: /** @type {Blob} */ (body) });
  }

  /**
   * Whatever fails in here must not be seen by the page.
   * @param {string} url
   * @param {() => Blob | undefined | Promise<Blob | undefined>} read
   */
  async function handLater(url, read) {
    try {
      hand(url, await read());
    } catch {
      // The body is not for the hook.
    }
  }

  /**
   * @param {unknown} target What the page gave `fetch` or `open`.
   * @returns {string} Nothing if it is no address that is listed.
   */
  function listed(target) {
    const address = typeof target === "string" ? target : (urlHref(target) ?? requestUrl(target));
    if (typeof address !== "string") return "";
    try {
      const href = urlHref(new URL(address, baseUri(document)));
      return apply(exec, LISTED, [href]) ? href : "";
    } catch {
      return "";
    }
  }

  /**
   * The body of a copy of a Request. Some of the ways to read it may have been replaced: each is tried on a copy.
   * @param {Request} request
   */
  async function bodyOf(request) {
    let copy = request;
    for (let at = 0; at < WAYS.length; at += 1) {
      const next = copyOf(copy);
      try {
        const body = await apply(WAYS[at], copy, []);
        if (blobSize(body) !== undefined) return /** @type {Blob} */ (body);
        const made = blobOf(body);
        if (body !== undefined && blobSize(made)) return made;
      } catch {
        // The next way, if there is one.
      }
      if (!next) return undefined;
      copy = next;
    }
    return undefined;
  }

  /**
   * @param {Request} request
   * @returns {Request | undefined} Undefined if it cannot be copied, so that its own body stays as it is.
   */
  function copyOf(request) {
    try {
      const copy = apply(clone, request, []);
      return copy !== request && requestUrl(copy) !== undefined ? copy : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * @param {any} part
   */
  function blobOf(part) {
    return new Blob(/** @type {any} */ (push(newList(), part)));
  }

  /**
   * @param {ReadableStream<Uint8Array>} stream
   */
  async function gathered(stream) {
    const reader = apply(getReader, stream, []);
    /** @type {List<Uint8Array>} */
    const chunks = newList();
    let size = 0;
    for (;;) {
      const { done, value } = await apply(read, reader, []);
      if (done) return new Blob(/** @type {any} */ (chunks));
      size += viewSize(value) ?? LARGEST;
      if (size > LARGEST) return undefined;
      push(chunks, value);
    }
  }

  /**
   * Whether a function is the browser's own. If another script stands in front of it, that one may send any other type of
   * body than the page gives it.
   * @param {Function} candidate
   * @param {string} name
   */
  function isBrowsers(candidate, name) {
    return apply(toText, candidate, []).replace(/\s+/g, " ") === `function ${name}() { [native code] }`;
  }

  /**
   * @param {unknown} body
   * @param {boolean} isSentAsIs Whether no other script stands between.
   * @returns {Blob | undefined} Undefined if the browser hands this type over, or it is none that is known.
   */
  function asBlob(body, isSentAsIs) {
    if (blobSize(body) !== undefined) return /** @type {Blob} */ (body);
    const isKnown = typeof body === "string" || isView(body) || bufferSize(body) !== undefined;
    return isKnown && !isSentAsIs ? blobOf(body) : undefined;
  }

  /**
   * What `fetch` is called with instead: the same, unless a stream has to be shared with the page.
   * @param {any[]} words
   * @returns {any[]}
   */
  function sharing(words) {
    const target = words[0];
    const init = words[1];
    const url = listed(target);
    if (url === "") return words;
    const body = init?.body;
    const known = asBlob(body, isOwnFetch);
    if (known) void handLater(url, () => known);
    else if (streamLocked(body) === false) {
      const two = apply(tee, body, []);
      void handLater(url, () => gathered(two[0]));
      return [target, { __proto__: init, body: two[1] }];
    } else if (body === undefined && requestMethod(target) === "POST") {
      const copy = copyOf(target);
      if (copy) void handLater(url, () => bodyOf(copy));
    }
    return words;
  }

  /**
   * A function that the page cannot tell from the one it stands for, but for what it does first.
   * @template {(...words: any[]) => any} F
   * @param {F} native
   * @param {(self: any, words: any[]) => any[]} first Gives what the function is called with.
   * @returns {F}
   */
  function wrapped(native, first) {
    return new Proxy(native, {
      // @ts-expect-error A page could add other traps to all objects.
      __proto__: null,
      apply(/** @type {F} */ _, /** @type {any} */ self, /** @type {any[]} */ words) {
        let used = words;
        try {
          used = first(self, words);
        } catch {
          // The browser's own function says what is wrong.
        }
        return apply(native, self, used);
      },
    });
  }

  const isOwnFetch = isBrowsers(window.fetch, "fetch");
  window.fetch = wrapped(window.fetch, (_, words) => sharing(words));

  const requests = XMLHttpRequest.prototype;
  const isOwnSend = isBrowsers(requests.send, "send");
  /** @type {WeakMap<object, string>} */
  const addresses = new WeakMap();

  requests.open = wrapped(requests.open, (self, words) => {
    apply(set, addresses, [self, listed(words[1])]);
    return words;
  });

  requests.send = wrapped(requests.send, (self, words) => {
    const url = apply(get, addresses, [self]);
    const known = url && asBlob(words[0], isOwnSend);
    if (known) void handLater(url, () => known);
    return words;
  });
})();
