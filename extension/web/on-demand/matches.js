// Which token fulfils which wish.

const MUSIC = "music.youtube.com";

/**
 * Whether a token is one that the wish is for. Of whom a media host's token is, only its client tells.
 * @param {import("../feature.js").Token} token
 * @param {import("./token-request.js").Wish} wish
 */
export function fulfils({ capture, label }, { video_id, music, container, anew, since }) {
  const ofMusic = capture.host === MUSIC || label.client === "WEB_REMIX";
  return (
    label.video_id === video_id &&
    ofMusic === music &&
    capture.session?.container === container &&
    (!anew || label.captured_at >= since)
  );
}
