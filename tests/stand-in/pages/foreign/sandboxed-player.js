// The script of a page of the player's own site that another site frames. It sends one player request.
//
// A classic script: in a sandboxed frame the page has no origin, and modules of its own site are refused.

(() => {
  const { url, text } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  fetch(url, { method: "POST", mode: "no-cors", body: text }).catch(() => {});
})();
