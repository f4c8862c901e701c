// What content blockers put around a page's `fetch`, as their public scripts do it.
(() => {
  /** @param {RequestInfo | URL} input @param {RequestInit} [init] */
  const asRequest = (input, init) => (input instanceof Request ? input : new Request(input, init));
  /** @param {Request} request */
  const isPlayers = ({ method, url }) => method === "POST" && /\/youtubei\/v1\/(player|get_watch)\?/.test(url);

  /** @type {Record<string, (inner: typeof fetch) => typeof fetch>} */
  const wrappers = {
    clone: (inner) => async (input, init) => {
      const request = asRequest(input, init);
      if (!isPlayers(request)) return inner(input, init);
      await request.clone().text();
      return inner(request);
    },
    rewrite: (inner) => async (input, init) => {
      const request = asRequest(input, init);
      if (!isPlayers(request)) return inner(input, init);
      const body = JSON.parse(await request.clone().text());
      const player = body.playerRequest ?? body;
      player.params = "yAEB";
      body.context.client.clientScreen = "CHANNEL";
      body.context.client.userAgent += "; channel";
      return inner(new Request(request, { body: JSON.stringify(body) }));
    },
  };

  /** @type {string[]} */
  const named = JSON.parse(document.getElementById("stand-in")?.textContent ?? "{}").wrappers ?? [];
  for (const name of named) {
    const wrapper = wrappers[name];
    if (wrapper) window.fetch = wrapper(window.fetch.bind(window));
  }
})();
