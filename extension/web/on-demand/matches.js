// Which token answers which token request.

const MUSIC = "music.youtube.com";

/**
 * Whether a token is one that the token request is for. Of whom a media host's token is, only its client tells.
 * @param {import("../feature.js").Token} token
 * @param {import("./token-request.js").TokenRequest} request
 */
export function fulfils({ capture, token }, { video_id, music, container, bypass_cache, since }) {
  const ofMusic = capture.host === MUSIC || token.client === "WEB_REMIX";
  return (
    token.video_id === video_id &&
    ofMusic === music &&
    capture.session?.container === container &&
    (!bypass_cache || token.captured_at >= since)
  );
}
