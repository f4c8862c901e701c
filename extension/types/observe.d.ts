// What wasm-bindgen makes of extension/src/wasm.rs.
declare module "*/wasm/observe.js" {
  export default function init(options: { module_or_path: string }): Promise<unknown>;

  /** What a page of YouTube shows: a `Page` as JSON. Nothing if the address names neither a video nor a playlist. */
  export function pageOf(address: string): string | undefined;

  /** The fields that tell media requests with something new from those without: a JSON list. */
  export function mediaFields(): string;

  /** The requests of one browser profile. Times are in milliseconds since 1970. */
  export class Observer {
    constructor(profile: string, coldStart: number, fallback: number, malformed: number, unreadable: number);

    /** Takes up a stored entry, as JSON. The oldest comes first. */
    recall(entry: string): void;

    /** What is new in a request: `News` as JSON, or nothing. */
    observe(
      url: string,
      body: Uint8Array,
      time: number,
      container: string | undefined,
      loggedIn: boolean | undefined,
      contentBound: boolean | undefined,
      pageHooked: boolean,
    ): string | undefined;

    /** Whether the body of this media request could say something new. */
    wantsBody(url: string, time: number, container?: string): boolean;

    /** Counts a request whose body the browser did not hand over. Gives `Counters` as JSON. */
    countUnreadable(): string;

    /**
     * The host names the video of an entry's token. Gives the names of the token requests that this answers, as a JSON
     * list. Nothing if the video was known.
     */
    name(id: string, videoId: string): string | undefined;

    /** The entry is no longer stored. */
    forget(id: string): void;

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
  }
}
