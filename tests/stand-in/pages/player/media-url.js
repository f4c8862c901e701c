// Media by URL: GET /videoplayback, the token in the query or in the path.
import { send } from "./send.js";
import { added, given, mediaUrl, query } from "./media-host.js";

/** @type {import("./requests.js").Send} */
export function sendMediaUrl(step, playing) {
  const poToken = playing.mint.token(step.token, playing.video.id);
  /** @type {[string, string][]} */
  const pairs = [...given(playing), ["mime", "audio/webm"], ["range", "0-1187"], ...added(playing)];
  return send(step, { method: "GET", url: mediaUrl(written(step.pot_in ?? "query", pairs, poToken)) });
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
