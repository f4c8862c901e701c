// A content script: follows which video the page shows and whether an ad runs, and since when. The background script asks
// for it when a media request does not say its video.
//
// It looks at what every script of the page could see: the address, links of the player, classes. It listens only to
// events that are rare, and changes nothing.

(() => {
  /**
   * @typedef {{
   *   address: string, opened_at: number, since: number, ad: boolean, plays: boolean, links: string[],
   * }} ShownByPage
   */

  const scope = /** @type {{potbridgeShown?: () => ShownByPage}} */ (globalThis);
  // It may be put into a page again, if it was not clear whether it is there.
  if (scope.potbridgeShown) return;

  const PLAYERS = "#movie_player, #shorts-player, .html5-video-player";
  /** The element around a watch page's player, which names the video. */
  const WATCH = "ytd-watch-flexy, ytd-watch-grid";
  /** The player's link to the page of the video that it plays. */
  const TITLE_LINK = ".ytp-title-link";
  /** The classes of a player, or of an element in it, while an advertisement runs. */
  const AD_CLASSES = ["ad-showing", "ad-interrupting"];
  const ADS = AD_CLASSES.map((name) => `.${name}`).join(", ");
  /** Events of the page's own scripts, of the window and of the player's media that come with another video. */
  const PAGE_EVENTS = ["yt-navigate-start", "yt-navigate-finish", "yt-page-data-updated"];
  const WINDOW_EVENTS = ["popstate", "hashchange", "load"];
  const MEDIA_EVENTS = ["loadstart", "emptied"];
  const MAX_ELEMENTS = 12;
  /** A player may send for an advertisement this long before the page shows it as one. Milliseconds. */
  const BEFORE_AD_MS = 2000;

  // Not `performance.timeOrigin`: it is when the navigation began, and the earlier document may still have sent requests.
  const openedAt = document.readyState === "loading" ? Date.now() : Math.floor(performance.timeOrigin);
  const firstAddress = location.href;
  const changes = new MutationObserver(onChange);
  /** @type {WeakSet<Element>} */
  const observed = new WeakSet();
  let state = "";
  let since = 0;
  /** Whether the page showed an advertisement at the last look. */
  let wasAd = false;

  /**
   * @param {string} selector
   */
  function all(selector) {
    return [...document.querySelectorAll(selector)].slice(0, MAX_ELEMENTS);
  }

  /**
   * In a frame that is not drawn nothing is, and its player plays all the same.
   * @param {string} selector
   */
  function visible(selector) {
    const isDrawn = document.documentElement?.checkVisibility() ?? false;
    return all(selector).filter((element) => (isDrawn ? element.checkVisibility() : !element.closest("[hidden]")));
  }

  function showsAd() {
    return visible(ADS).length > 0;
  }

  /** Whether a media element has begun to play, and goes on. */
  function plays() {
    const media = /** @type {HTMLMediaElement[]} */ (all("video, audio"));
    return media.some(({ paused, currentTime, readyState }) => !paused && currentTime > 0 && readyState > 2);
  }

  /** The addresses by which the page names the video that it shows, besides its own. */
  function links() {
    /** @type {(string | null | undefined)[]} */
    const found = [];
    // Written by the server, and true until the page moves on by itself.
    if (location.href === firstAddress) {
      found.push(document.querySelector('link[rel="canonical"]')?.getAttribute("href"));
    }
    for (const player of visible(PLAYERS)) found.push(player.querySelector(TITLE_LINK)?.getAttribute("href"));
    for (const watch of visible(WATCH)) {
      const video = watch.getAttribute("video-id");
      if (video) found.push(`/watch?v=${encodeURIComponent(video)}`);
    }
    const valid = found.filter((link) => link && URL.canParse(link, location.origin));
    const absolute = valid.map((link) => new URL(/** @type {string} */ (link), location.origin).href);
    return [...new Set(absolute)].filter((link) => videoOf(link) !== undefined);
  }

  /**
   * The video that an address names. Only to see whether it is another one; what counts is decided elsewhere.
   * @param {string} address
   */
  function videoOf(address) {
    return /(?:[?&]v=|\/(?:shorts|embed|live|v)\/)([\w-]{11})(?![\w-])/.exec(address)?.[1];
  }

  /**
   * A player's classes change with each movement of the pointer, and few of them mean anything here.
   * @param {MutationRecord[]} records
   */
  function onChange(records) {
    const matters = records.some(({ attributeName, target }) => {
      const { classList } = /** @type {Element} */ (target);
      const isAd = AD_CLASSES.some((name) => classList.contains(name));
      return attributeName !== "class" || isAd !== wasAd;
    });
    if (matters) look();
  }

  /** Looks at what the page shows, and notes it if that is something else than at the last look. */
  function look() {
    for (const element of all(`${PLAYERS}, ${WATCH}, ${TITLE_LINK}`)) {
      if (observed.has(element)) continue;
      observed.add(element);
      changes.observe(element, { attributeFilter: ["class", "hidden", "href", "video-id"] });
    }
    const [ad, named] = [showsAd(), links()];
    wasAd = ad;
    const videos = [location.href, ...named].map(videoOf).filter(Boolean);
    const now = ad ? "ad" : `shows ${[...new Set(videos)].sort()}`;
    if (now !== state) {
      // The first look is at what the page has shown from the beginning, unless this script came late.
      const isFirst = state === "" && document.readyState === "loading";
      since = isFirst ? openedAt : Math.max(openedAt, Date.now() - (ad ? BEFORE_AD_MS : 0));
      // The background may be starting; then it reads the first body anyway.
      if (state !== "") chrome.runtime.sendMessage({ type: "page-shows-another" }).catch(() => {});
      state = now;
    }
    return { ad, links: named };
  }

  scope.potbridgeShown = () => {
    const { ad, links } = look();
    return { address: location.href, opened_at: openedAt, since, ad, plays: plays(), links };
  };

  for (const name of PAGE_EVENTS) document.addEventListener(name, look, true);
  for (const name of MEDIA_EVENTS) document.addEventListener(name, look, true);
  for (const name of WINDOW_EVENTS) addEventListener(name, look, true);
  document.addEventListener("DOMContentLoaded", look, true);
  addEventListener("pageshow", ({ persisted }) => {
    // The page comes back from the cache: meanwhile the frame held another.
    if (persisted) since = Date.now();
  });
  // The one event that comes with the page's own `history.pushState`. Firefox has it since 147.
  const { navigation } = /** @type {{navigation?: EventTarget}} */ (/** @type {unknown} */ (window));
  navigation?.addEventListener("currententrychange", look);
  look();
})();
