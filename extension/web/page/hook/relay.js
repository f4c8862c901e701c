// Stands between reader.js, which is in the page's world, and the background.

(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    const { url, body } = data ?? {};
    if (typeof url !== "string" || !(body instanceof Uint8Array)) return;
    let text = "";
    for (const byte of body) text += String.fromCharCode(byte);
    // Messages between scripts are JSON in Chromium, which knows no bytes.
    chrome.runtime.sendMessage({ type: "hooked", url, body: btoa(text) }).catch(() => {});
  };
  window.postMessage("potbridge", location.origin, [port2]);
})();
