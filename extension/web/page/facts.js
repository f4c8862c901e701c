// A content script: tells the background script what the page's own configuration says of the session, and that the page
// does not play its video. The page writes both into scripts of its own (`ytcfg.set({…})`,
// `var ytInitialPlayerResponse = {…}`), whose text can be read here.

(() => {
  /** @typedef {{loggedIn?: boolean, contentBound?: boolean}} Facts */

  /**
   * Nothing if the page has not said it yet.
   * @returns {Facts | undefined}
   */
  function read() {
    const texts = [...document.scripts].map((script) => script.textContent ?? "");
    const loggedIn = texts.map((text) => /"LOGGED_IN"\s*:\s*(true|false)/.exec(text)?.[1]).find(Boolean);
    if (loggedIn === undefined) return undefined;
    // A query string inside a JSON string: `=` and `&` may be written as escapes.
    const flag = /html5_generate_content_po_token(?:=|\\u003d|\\x3d)(true|false)/;
    const contentBound = texts.map((text) => flag.exec(text)?.[1]).find(Boolean);
    return { loggedIn: loggedIn === "true", contentBound: contentBound === "true" };
  }

  function tell() {
    const facts = read();
    if (facts === undefined) return false;
    // The background may be starting; it asks when it needs to know.
    chrome.runtime.sendMessage({ type: "page-facts", facts }).catch(() => {});
    return true;
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
      loggedIn: read()?.loggedIn === true,
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

  if (!tell()) {
    const parsing = new MutationObserver(() => {
      if (tell()) parsing.disconnect();
    });
    parsing.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => parsing.disconnect(), { once: true });
  }
})();
