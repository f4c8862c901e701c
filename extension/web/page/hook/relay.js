// Passes bodies from reader.js, which runs in the page's world, to the background script.

(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    const { url, body } = data ?? {};
    if (typeof url !== "string" || !(body instanceof Uint8Array)) return;
    let text = "";
    for (const byte of body) text += String.fromCharCode(byte);
    // In Chromium, messages between scripts are JSON, which knows no bytes.
    chrome.runtime.sendMessage({ type: "page-hook-body", url, body: btoa(text) }).catch(() => {});
  };
  window.postMessage("potbridge", location.origin, [port2]);
})();
