// What a page of another site can try: it sends a request of its choice to the player's hosts.
//
// A classic script that is one function, since its text also goes into frames that have no address of their own.

(function site() {
  /**
   * A request. Without a body it is a GET.
   * @typedef {{ url: string, text?: string, base64?: string }} Target
   */

  /** @param {Target} target */
  function bodyOf({ text, base64 }) {
    if (base64 === undefined) return text;
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  }

  /** @param {Target} target @returns {RequestInit} */
  function initOf(target) {
    const body = bodyOf(target);
    return { method: body === undefined ? "GET" : "POST", mode: "no-cors", credentials: "include", body };
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} attributes
   * @returns {any}
   */
  function add(name, attributes) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    document.body.append(element);
    return element;
  }

  /**
   * A form can send any text: it stands in the name of its only field, up to the sign between name and value.
   * @param {Target} target
   * @param {string} where
   */
  function submit({ url, text = "" }, where) {
    const form = add("form", { action: url, method: "post", enctype: "text/plain", target: where });
    const [name = "", ...value] = text.split("=");
    const field = document.createElement("input");
    [field.name, field.value] = [name, value.join("=")];
    form.append(field);
    form.submit();
  }

  /** @type {Record<string, (target: Target) => unknown>} */
  const ways = {
    fetch: (target) => fetch(target.url, initOf(target)),
    keepalive: (target) => fetch(target.url, { ...initOf(target), keepalive: true }),
    xhr(target) {
      const request = new XMLHttpRequest();
      request.open(initOf(target).method ?? "", target.url);
      request.send(bodyOf(target));
    },
    beacon: (target) => navigator.sendBeacon(target.url, bodyOf(target)),
    img: ({ url }) => add("img", { src: url }),
    video: ({ url }) => add("video", { src: url, preload: "auto" }),
    audio: ({ url }) => add("audio", { src: url, preload: "auto" }),
    script: ({ url }) => add("script", { src: url }),
    import: ({ url }) => import(url),
    stylesheet: ({ url }) => add("link", { rel: "stylesheet", href: url }),
    background: ({ url }) => add("div", { style: `width: 9px; height: 9px; background-image: url("${url}")` }),
    font: ({ url }) => new FontFace("forged", `url("${url}")`).load(),
    prefetch: ({ url }) => add("link", { rel: "prefetch", href: url }),
    preload: ({ url }) => add("link", { rel: "preload", as: "image", href: url }),
    object: ({ url }) => add("object", { data: url }),
    embed: ({ url }) => add("embed", { src: url }),
    frame: ({ url }) => add("iframe", { src: url }),
    window: ({ url }) => window.open(url, "_blank"),
    ping: ({ url }) => add("a", { ping: url, href: "#pinged" }).click(),
    "event-source": ({ url }) => new EventSource(url),
    "web-socket": ({ url }) => new WebSocket(url.replace("https:", "wss:")),
    "form-in-frame"(target) {
      add("iframe", { name: "forged" });
      submit(target, "forged");
    },
    "form-in-window": (target) => submit(target, "_blank"),
    "csp-report": ({ url }) => add("iframe", { src: `/csp?report=${encodeURIComponent(url)}` }),
    "sandboxed-player": ({ url }) => add("iframe", { sandbox: "allow-scripts", src: url }),
  };

  /** @param {string} way @param {Target} target */
  function html(way, target) {
    const call = `forge("page", ${JSON.stringify(way)}, ${JSON.stringify(target)})`;
    return `<!doctype html><body><script>(${site})()</` + `script><script>${call}</` + "script>";
  }

  /** A worker's whole script. */
  function work() {
    addEventListener("message", ({ data: [url, init] }) => void fetch(url, init).catch(() => {}));
  }

  /** @param {string} address @param {Target} target */
  function inWorker(address, target) {
    new Worker(address).postMessage([target.url, initOf(target)]);
  }

  const WORKER = `(${work})()`;

  /** @type {Record<string, (way: string, target: Target) => unknown>} */
  const places = {
    page: (way, target) => ways[way]?.(target),
    sandboxed: (way, target) =>
      add("iframe", { sandbox: "allow-scripts allow-forms", srcdoc: html(way, target) }),
    srcdoc: (way, target) => add("iframe", { srcdoc: html(way, target) }),
    data: (way, target) => add("iframe", { src: `data:text/html,${encodeURIComponent(html(way, target))}` }),
    blob: (way, target) =>
      add("iframe", { src: URL.createObjectURL(new Blob([html(way, target)], { type: "text/html" })) }),
    blank(way, target) {
      const { contentDocument } = add("iframe", {});
      contentDocument.write(html(way, target));
      contentDocument.close();
    },
    "blob-worker": (_way, target) =>
      inWorker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })), target),
    "data-worker": (_way, target) => inWorker(`data:text/javascript,${encodeURIComponent(WORKER)}`, target),
    async "service-worker"(_way, target) {
      await navigator.serviceWorker.register("/service-worker.js");
      const { active } = await navigator.serviceWorker.ready;
      active?.postMessage([target.url, initOf(target)]);
    },
  };

  /**
   * Sends a request in a place: the page, or a frame or worker of its own.
   * @param {string} place
   * @param {string} way
   * @param {Target} target
   */
  async function forge(place, way, target) {
    // Only whether the request was sent matters; no answer can be read here.
    await Promise.resolve(places[place]?.(way, target)).catch(() => {});
  }

  Object.assign(globalThis, { forge });
})();
