// The page's service worker. It passes every request through unchanged.

/** @typedef {Event & { request: Request, respondWith(answer: Promise<Response>): void }} FetchEvent */
/** @typedef {Event & { waitUntil(done: Promise<void>): void }} ExtendableEvent */
/** @typedef {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void> } }} Scope */

const scope = /** @type {Scope} */ (/** @type {unknown} */ (self));

addEventListener("install", (event) => {
  /** @type {ExtendableEvent} */ (event).waitUntil(scope.skipWaiting());
});
addEventListener("activate", (event) => {
  /** @type {ExtendableEvent} */ (event).waitUntil(scope.clients.claim());
});
addEventListener("fetch", (event) => {
  const fetching = /** @type {FetchEvent} */ (event);
  fetching.respondWith(fetch(fetching.request));
});
