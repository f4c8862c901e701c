// Passes bodies from reader.js, which runs in the page's world, to the background script.
//
// What comes over the port is of the page's realm. In Firefox it is of no class that is known here, and its bytes cannot
// be read one by one. A FileReader takes a Blob of every realm, and gives text.

(() => {
  const scope = /** @type {{potbridgeRelay?: boolean}} */ (globalThis);
  // It may be put into an open page, and the page be loaded with it as well.
  if (scope.potbridgeRelay) return;
  scope.potbridgeRelay = true;

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
   * @param {unknown} settings
   */
  function pauses(settings) {
    return /** @type {{paused?: unknown} | undefined} */ (settings)?.paused === true;
  }

  port1.onmessage = async ({ data }) => {
    const { url, body } = data ?? {};
    if (typeof url !== "string" || (await isPaused)) return;
    const reader = new FileReader();
    reader.onload = () => {
      const [, base64] = String(reader.result).split(";base64,");
      // In Chromium, messages between scripts are JSON, which knows no bytes.
      if (base64) chrome.runtime.sendMessage({ type: "page-hook-body", url, body: base64 }).catch(() => {});
    };
    try {
      reader.readAsDataURL(body);
    } catch {
      // It is no Blob.
    }
  };
  window.postMessage("potbridge", location.origin, [port2]);
})();
