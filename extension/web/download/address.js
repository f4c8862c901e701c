// Which video or playlist an address leads to. The host looks closer at what it is given.

/**
 * Nothing if it is of neither.
 * @param {string | undefined} address
 * @returns {import("./download.js").Target | undefined}
 */
export function targetOf(address) {
  const url = address && URL.canParse(address) ? new URL(address) : undefined;
  if (!url) return undefined;
  const videoId = videoIn(url);
  const listId = isYouTube(url) || isShort(url) ? url.searchParams.get("list") || undefined : undefined;
  if (!videoId && !(listId && url.pathname === "/playlist")) return undefined;
  return { videoId, listId, music: url.hostname === "music.youtube.com" };
}

/**
 * @param {URL} url
 */
function videoIn(url) {
  const [, first = "", second = ""] = url.pathname.split("/");
  let id = null;
  if (isShort(url)) id = first;
  else if (isYouTube(url) && first === "watch") id = url.searchParams.get("v");
  else if (isYouTube(url) && (first === "shorts" || first === "live")) id = second;
  return id && /^[\w-]{11}$/.test(id) ? id : undefined;
}

/**
 * @param {URL} url
 */
function isYouTube({ hostname }) {
  return hostname === "youtube.com" || hostname.endsWith(".youtube.com");
}

/**
 * @param {URL} url
 */
function isShort({ hostname }) {
  return hostname === "youtu.be";
}
