// What wasm-bindgen makes of extension/src/wasm.rs.
export default function init(options: { module_or_path: string }): Promise<unknown>;

/** What a page of YouTube shows: a `Page` as JSON. Nothing if the address names neither a video nor a playlist. */
export function pageOf(address: string): string | undefined;

/** The fields of an address that tell media requests with something new from those without: `MediaFields` as JSON. */
export function mediaFields(): string;

/**
 * The requests of one browser profile. Times are in milliseconds since 1970.
 *
 * A `page` is one frame of one tab, `"12/0"`. A service worker's requests have none. `container` is the browser's name
 * for the container, if the request was made in one. `isPrivate` says that it was made in a private window.
 */
export class Observer {
  constructor(profile: string, coldStart: number, fallback: number, malformed: number, unreadable: number);

  /** Takes up a stored entry, as JSON. The oldest comes first. */
  recall(entry: string): void;

  /** What is new in a request: `News` as JSON, or nothing. `body` is empty if there is none or nobody asked for it. */
  observe(
    url: string,
    body: Uint8Array,
    time: number,
    page: string | undefined,
    container: string | undefined,
    isPrivate: boolean,
    pageHooked: boolean,
  ): string | undefined;

  /**
   * A page says what it is: `PageFacts` as JSON. Tokens of it that were told before it said so are told again: `News` as
   * JSON, or nothing.
   */
  pageSays(page: string, facts: string): string | undefined;

  /**
   * A page that was asked says what it shows: `Shown` as JSON. It was asked at `askedAt`: the time of the request that
   * had `ask_page`, or a moment later, but before the page answered. Gives `News` as JSON, or nothing.
   */
  pageShows(page: string, shown: string, askedAt: number): string | undefined;

  /** Another document has begun in the page's frame: what the page said of itself is forgotten. */
  forgetPage(page: string): void;

  /** A tab is closed: what its pages said is forgotten. */
  forgetTab(tab: number): void;

  /**
   * From when on the body of the like of this media request could say something new; infinity for never. Not later than
   * `time` means that this request's own could.
   */
  bodyDue(url: string, time: number, container: string | undefined, isPrivate: boolean): number;

  /**
   * Until when requests that are like this one need not be looked at: those with the same values of the fields `apart`,
   * unless the number in `counting` is smaller than before. At most 10 s from `time`. Not later than `time` means that
   * the next one is to be looked at.
   */
  settledUntil(url: string, time: number, container: string | undefined, isPrivate: boolean): number;

  /**
   * Counts a request whose body the browser did not hand over. Gives `Counters` as JSON. Nothing if its body would have
   * said nothing: then it is not counted, and its page needs no hook.
   */
  countUnreadable(
    url: string,
    time: number,
    container: string | undefined,
    isPrivate: boolean,
  ): string | undefined;

  /**
   * The host names the video of an entry's token. Gives the names of the token requests that this answers, as a JSON
   * list. Nothing if as much was known.
   */
  name(id: string, videoId: string, certainty: import("../messages.js").Certainty): string | undefined;

  /** The entry is no longer stored. */
  forget(id: string): void;

  /**
   * The last private window was closed: what was read in private windows is forgotten. Gives the names of its entries,
   * which are to be dropped, as a JSON list.
   */
  privateWindowsClosed(): string;

  /**
   * Takes the host's token request. Gives the names of the entries whose tokens answer it, as a JSON list. If the list
   * is empty, the request stays open until its name is among those `answered`.
   */
  requestToken(
    id: string,
    videoId: string,
    music: boolean,
    container: string | undefined,
    bypassCache: boolean,
    since: number,
  ): string;

  /** Nobody waits for this token request any more. */
  dropRequest(id: string): void;

  /** Switches the collecting of shapes on or off. Switched on, it begins anew; switched off, it keeps what it has. */
  fieldReport(on: boolean): void;

  /**
   * Adds the shape of a request to the report, if it is switched on. No value of the request is kept. `body` is empty if
   * the request has none, or if it was not asked for.
   */
  addShape(url: string, method: string, body: Uint8Array, page?: string): void;

  /** What was collected, as text for people. */
  readFieldReport(): string;
}
