// The service worker of a page of another site. It sends what the page tells it.

addEventListener("message", (/** @type {MessageEvent<[string, RequestInit]>} */ { data: [url, init] }) => {
  fetch(url, init).catch(() => {});
});
