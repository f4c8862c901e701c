// Passes bodies from reader.js, which runs in the page's world, to the background script.

(() => {
  const { port1, port2 } = new MessageChannel();
  /** The key in storage.js of what the user lets the extension read. Content scripts are no modules. */
  const SETTINGS = "capture-settings";
  /** @type {Promise<boolean> | boolean} Whether the capture is paused: then nothing is passed on. */
  let isPaused = chrome.storage.local.get(SETTINGS).then(
    (stored) => pauses(stored[SETTINGS]),
    () => false,
  );
  chrome.storage.local.onChanged.addListener((changes) => {
    if (SETTINGS in changes) isPaused = pauses(changes[SETTINGS].newValue);
  });

  /**
   * @param {any} settings
   */
  function pauses(settings) {
    return settings?.paused === true;
  }

  port1.onmessage = async ({ data }) => {
    const { url, body } = data ?? {};
    if (typeof url !== "string" || !(body instanceof Uint8Array) || (await isPaused)) return;
    let text = "";
    for (const byte of body) text += String.fromCharCode(byte);
    // In Chromium, messages between scripts are JSON, which knows no bytes.
    chrome.runtime.sendMessage({ type: "page-hook-body", url, body: btoa(text) }).catch(() => {});
  };
  window.postMessage("potbridge", location.origin, [port2]);
})();
