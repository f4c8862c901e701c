// Media by URL: GET /videoplayback, the token in the query or in the path.
import { send } from "./send.js";
import { added, given, mediaUrl, query } from "./media-host.js";

/**
 * How an address names the part of the media that it is for.
 * @type {Record<NonNullable<import("./script.js").Step["media_id"]>, (playing: import("./playing.js").Playing) => [string, string][]>}
 */
const PARTS = {
  opaque: () => [["mime", "audio/webm"], ["range", "0-1187"]],
  live: ({ requestNumber }) => [["mime", "audio/mp4"], ["sq", String(70_000 + requestNumber)]],
  hex: ({ requestNumber }) => [["mime", "video/mp2t"], ["begin", String(requestNumber * 5000)]],
};

/** @type {import("./requests.js").Send} */
export function sendMediaUrl(step, playing) {
  const poToken = playing.mint.token(step.token, playing.video.id);
  const part = PARTS[step.media_id ?? "opaque"](playing);
  /** @type {[string, string][]} */
  const pairs = [...given(step, playing), ...part, ...added(playing)];
  return send(step, { method: "GET", url: mediaUrl(written(step.pot_in ?? "query", pairs, poToken), step) });
}

/**
 * @param {import("./script.js").PotInWord} where
 * @param {[string, string][]} pairs
 * @param {string | undefined} poToken
 */
function written(where, pairs, poToken) {
  switch (where) {
    case "query":
      return `/videoplayback?${query(pairs)}${poToken === undefined ? "" : `&pot=${poToken}`}&ump=1&srfvp=1`;
    case "query-escaped":
      return `/videoplayback?${query(poToken === undefined ? pairs : [...pairs, ["pot", poToken]])}&ump=1&srfvp=1`;
    case "path": {
      const all = poToken === undefined ? pairs : [...pairs, ["pot", poToken]];
      return `/videoplayback/${all.map(([name, value = ""]) => `${name}/${encodeURIComponent(value)}`).join("/")}`;
    }
  }
}
