// Counts what a browser hands to an extension's listeners for media requests, and the time that they take. It is put
// before the first script of a copy of an extension.

(() => {
  const { onBeforeRequest } = chrome.webRequest;
  const add = onBeforeRequest.addListener.bind(onBeforeRequest);
  const remove = onBeforeRequest.removeListener.bind(onBeforeRequest);
  const has = onBeforeRequest.hasListener.bind(onBeforeRequest);
  /** @typedef {(details: chrome.webRequest.OnBeforeRequestDetails) => undefined} Listener */
  /** @type {WeakMap<Listener, Listener>} */
  const counted = new WeakMap();
  const counts = { requests: 0, calls: 0, bodies: 0, bytes: 0, seconds: /** @type {number[]} */ ([]) };
  const seen = new Set();

  /** More steps than one request takes through promises that are settled. */
  const STEPS = 64;

  /**
   * The time until all is done that the listener has begun, as far as it waits for nothing.
   * @param {number} began
   */
  async function stop(began) {
    for (let step = 0; step < STEPS; step += 1) await undefined;
    counts.seconds.push((performance.now() - began) / 1000);
  }

  /** @param {Listener} listener @returns {Listener} */
  function counting(listener) {
    return (details) => {
      if (!new URL(details.url).pathname.startsWith("/videoplayback")) return listener(details);
      if (!seen.has(details.requestId)) counts.requests += 1;
      seen.add(details.requestId);
      counts.calls += 1;
      if (details.requestBody) {
        counts.bodies += 1;
        for (const { bytes } of details.requestBody.raw ?? []) counts.bytes += bytes?.byteLength ?? 0;
      }
      const began = performance.now();
      listener(details);
      void stop(began);
      return undefined;
    };
  }

  /** @param {Listener} listener @param {any[]} rest */
  onBeforeRequest.addListener = (listener, ...rest) => {
    const known = counted.get(listener) ?? counting(listener);
    counted.set(listener, known);
    add(known, .../** @type {[any]} */ (rest));
  };
  /** @param {Listener} listener */
  onBeforeRequest.removeListener = (listener) => remove(counted.get(listener) ?? listener);
  /** @param {Listener} listener */
  onBeforeRequest.hasListener = (listener) => has(counted.get(listener) ?? listener);

  chrome.runtime.onMessage.addListener((message, _sender, answer) => {
    if (message?.type === "bench-counts") answer(counts);
    return undefined;
  });
})();
