// What the players of a page say of themselves.

/**
 * What one player says: its video, its playback's cpn, and whether it plays an ad.
 * @typedef {{video_id?: string, cpn?: string, ad: boolean}} Player
 *
 * A player that is hidden plays on, as music does while the page shows something else, or keeps what it played.
 * @typedef {{player: Player, isHidden: boolean}} FoundPlayer
 */

/** The most that is read of a page's answer. A page holds few players, and each gives a line of some 30 characters. */
const MAX_TEXT = 1000;

/** The cpn of no playback. */
const NO_PLAYBACK = "-".repeat(16);

/**
 * Runs in the page's own world, where the player's element has its methods: a line for each player that has a video, with
 * its video, its cpn, `ad` or nothing, and `hidden` or nothing, separated by spaces.
 *
 * It stands alone, as the browser takes its text. The page may have replaced anything that it calls. So it only joins
 * texts whose length it has checked.
 * @returns {string}
 */
export function readPlayers() {
  let text = "";
  try {
    /** @typedef {Element & {getVideoData?: () => any, getAdState?: () => unknown}} PlayerElement */
    /** @type {NodeListOf<PlayerElement>} */
    const found = document.querySelectorAll("#movie_player, #shorts-player, .html5-video-player");
    const shown = (/** @type {Element} */ element) =>
      element.checkVisibility?.({ visibilityProperty: true }) ?? element.getClientRects().length > 0;
    // In a frame that is not drawn nothing is, and its player plays all the same.
    const isDrawn = shown(document.documentElement);
    for (let at = 0; at < 12; at += 1) {
      const player = found[at];
      if (!player) break;
      try {
        const data = player.getVideoData?.();
        const [video, cpn] = [data?.video_id, data?.cpn];
        if (typeof video !== "string" || video.length !== 11) continue;
        const { classList } = player;
        const ad =
          classList.contains("ad-showing") || classList.contains("ad-interrupting") || player.getAdState?.() === 1;
        const isHidden = isDrawn && !shown(player);
        text += `${video} ${typeof cpn === "string" && cpn.length === 16 ? cpn : ""}`;
        text += ` ${ad ? "ad" : ""} ${isHidden ? "hidden" : ""}\n`;
      } catch {
        // This player is not ready, or is none.
      }
    }
  } catch {
    // The page is not as expected: it says nothing.
  }
  return text;
}

/**
 * The player that counts for a request, of those that a page told.
 * @param {unknown} text What `readPlayers` gave, or whatever the page put in its place.
 * @param {string | undefined} cpn The request's.
 * @returns {Player | undefined}
 */
export function choosePlayer(text, cpn) {
  const found = parsed(text);
  const own = found.find(({ player }) => player.cpn !== undefined && player.cpn === cpn);
  return own?.player ?? shownPlayer(found.filter(({ isHidden }) => !isHidden).map(({ player }) => player));
}

/**
 * Which of the players that are shown counts for a request of which none knows.
 * @param {Player[]} players
 */
function shownPlayer(players) {
  const [first, ...others] = players;
  if (others.every(({ video_id }) => video_id === first?.video_id)) return first;
  // They disagree. One with another cpn says that the request is of neither, and so does one without a video.
  return players.find((player) => player.cpn !== undefined) ?? { cpn: NO_PLAYBACK, ad: false };
}

/**
 * @param {unknown} text
 * @returns {FoundPlayer[]}
 */
function parsed(text) {
  if (typeof text !== "string" || text.length > MAX_TEXT) return [];
  return [...text.matchAll(/^([\w-]{11}) ([\w-]{16})? (ad)? (hidden)?$/gm)].map(([, video_id, cpn, ad, hidden]) => ({
    player: { video_id, ...(cpn && { cpn }), ad: ad !== undefined },
    isHidden: hidden !== undefined,
  }));
}
