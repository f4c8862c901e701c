// A content script: tells the background what the page's own configuration says of the session. The page
// writes it into scripts of its own (`ytcfg.set({…})`), whose text can be read here.

(() => {
  /** @typedef {{loggedIn?: boolean, contentBound?: boolean}} Facts */

  /**
   * Nothing where the page has not said it yet.
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

  chrome.runtime.onMessage.addListener((message, _sender, answer) => {
    if (message?.type === "page-facts?") answer(read());
  });

  if (!tell()) {
    const parsing = new MutationObserver(() => {
      if (tell()) parsing.disconnect();
    });
    parsing.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => parsing.disconnect(), { once: true });
  }
})();
