// A content script: tells the background script what the page's own configuration says of the session, and that the page
// does not play its video. The page writes both into scripts of its own (`ytcfg.set({…})`,
// `var ytInitialPlayerResponse = {…}`), whose text can be read here.

(() => {
  /** @typedef {import("./facts-by-frame.js").PageFacts} PageFacts */

  /**
   * What is looked for, by the name of the fact. Flags stand in a query string inside a JSON string: `=` and `&` may be
   * written as escapes.
   */
  const SAID = {
    logged_in: /"LOGGED_IN"\s*:\s*(true|false)/,
    client: /"INNERTUBE_CLIENT_NAME"\s*:\s*"([A-Z0-9_]{1,40})"/,
    content_bound: /html5_generate_content_po_token(?:=|\\u003d|\\x3d)(true|false)/,
    session_bound: /html5_generate_session_po_token(?:=|\\u003d|\\x3d)(true|false)/,
  };

  const FACTS = /** @type {(keyof typeof SAID)[]} */ (Object.keys(SAID));

  /** @type {{[fact in keyof typeof SAID]?: string}} */
  const found = {};
  /** @type {WeakSet<Element>} Scripts are large: each is read once. */
  const readScripts = new WeakSet();
  /** The text of what was told last. */
  let told = "";

  /** @returns {PageFacts} What the page has said so far. */
  function read() {
    for (const script of document.scripts) {
      const text = readScripts.has(script) ? "" : script.textContent;
      if (!text) continue;
      readScripts.add(script);
      for (const fact of FACTS) found[fact] ??= SAID[fact].exec(text)?.[1];
    }
    const { logged_in, client, content_bound, session_bound } = found;
    if (logged_in === undefined) return {};
    return {
      logged_in: logged_in === "true",
      content_bound: content_bound === "true",
      ...(session_bound && { session_bound: session_bound === "true" }),
      ...(client && { client }),
    };
  }

  function tell() {
    const facts = read();
    const text = JSON.stringify(facts);
    if (text === told) return;
    told = text;
    // The background may be starting; it asks when it needs to know.
    chrome.runtime.sendMessage({ type: "page-facts", facts }).catch(() => {});
  }

  /**
   * Why the page does not play its video, if it does not.
   * @returns {import("../feature.js").PlaybackError | undefined}
   */
  function playbackError() {
    const answer = [...document.scripts]
      .map((script) => script.textContent ?? "")
      .find((text) => /^\s*var ytInitialPlayerResponse\s*=\s*\{/.test(text));
    const { status, reason, messages } = playability(answer ?? "") ?? {};
    if (typeof status !== "string" || status === "OK") return undefined;
    return {
      status,
      reason: String(reason ?? messages?.[0] ?? ""),
      isPrivate: /"isPrivate"\s*:\s*true/.test(answer ?? ""),
      loggedIn: read().logged_in === true,
    };
  }

  /**
   * The object `playabilityStatus` in an answer. The answer is large, and nothing else in it is wanted.
   * @param {string} answer
   * @returns {{status?: unknown, reason?: unknown, messages?: unknown[]} | undefined}
   */
  function playability(answer) {
    const name = /"playabilityStatus"\s*:\s*/g;
    if (!name.test(answer)) return undefined;
    const start = name.lastIndex;
    const token = /"(?:[^"\\]|\\.)*"|[{}]/g;
    token.lastIndex = start;
    let depth = 0;
    for (let found = token.exec(answer); found; found = token.exec(answer)) {
      if (found[0] === "{") depth += 1;
      if (found[0] === "}") depth -= 1;
      if (depth === 0) return parsed(answer.slice(start, token.lastIndex));
    }
    return undefined;
  }

  /**
   * @param {string} json
   */
  function parsed(json) {
    try {
      return JSON.parse(json);
    } catch {
      return undefined;
    }
  }

  function tellPlaybackError() {
    const error = playbackError();
    if (error) chrome.runtime.sendMessage({ type: "playback-error", error }).catch(() => {});
  }

  if (window === top) {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", tellPlaybackError, { once: true });
    else tellPlaybackError();
  }

  chrome.runtime.onMessage.addListener((message, _sender, answer) => {
    if (message?.type === "read-page-facts") answer(read());
  });

  // The page comes back from the browser's cache: meanwhile the frame held another.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    told = "";
    tell();
  });
  // At first there is nothing: what was said of the frame's earlier page holds no more.
  tell();
  if (document.readyState === "loading") {
    const parsing = new MutationObserver(tell);
    parsing.observe(document, { childList: true, subtree: true });
    document.addEventListener(
      "DOMContentLoaded",
      () => {
        parsing.disconnect();
        tell();
      },
      { once: true },
    );
  }
})();
