// Listens to the player's requests and has wasm read them.
//
// Listeners are registered before anything is awaited: a browser that wakes this script for an event delivers the event
// only to listeners that are there at once.

import { SettledMedia } from "./settled-media.js";
import { registerHookFor } from "./page/hook/register.js";
import { isPlayersRequest, playerRequestTypes } from "./player-request.js";
import { addressRequests, bodyRequests, mediaRequests } from "./requests.js";

/**
 * @typedef {chrome.webRequest.OnBeforeRequestDetails & {
 *   cookieStoreId?: string, incognito?: boolean, originUrl?: string, documentUrl?: string,
 * }} Request
 * @typedef {Pick<Request, "url" | "timeStamp" | "tabId" | "frameId" | "cookieStoreId" | "incognito">} ObservedRequest
 */

const NO_BODY = new Uint8Array(0);

export class Listener {
  /** Whether requests of private windows are read. */
  readsPrivate = true;
  #expectsTokens = false;
  #isPaused = false;
  /** Whether the observer is loaded, and it is known whether the capture is paused. */
  #isReady = false;
  /** @type {SettledMedia | undefined} */
  #settled;
  /** @type {Map<string, import("./page/facts-by-frame.js").Facts>} What wasm was told of each page. */
  #told = new Map();
  #onMediaBody = this.#listener((details) => this.#observeMediaBody(details));
  /** @type {{hear: (details: Request) => undefined, urls: string[], extra?: "requestBody"[]}[]} */
  #always;
  #observer;
  #facts;
  #onNews;
  #types = playerRequestTypes();

  /**
   * @param {Promise<import("./observer.js").Observer>} observer By when it is there, `pause` was called if it has to be.
   * @param {Pick<import("./page/facts-by-frame.js").FactsByFrame, "of">} facts
   * @param {(news: import("./observer.js").News) => Promise<void>} onNews
   */
  constructor(observer, facts, onNews) {
    this.#observer = observer;
    this.#facts = facts;
    this.#onNews = onNews;
    this.#always = [
      { hear: this.#listener((details) => this.#observeBody(details)), urls: bodyRequests(), extra: ["requestBody"] },
      { hear: this.#listener((details) => this.#observe(details, NO_BODY)), urls: addressRequests() },
      { hear: this.#listener((details) => this.#observeMedia(details)), urls: mediaRequests() },
    ];
    this.resume();
  }

  /** Nothing is read until `resume`, also of what was heard and waits for the observer. */
  pause() {
    this.#isPaused = true;
    for (const { hear } of this.#always) chrome.webRequest.onBeforeRequest.removeListener(hear);
    this.#listenToMediaBodies(false);
  }

  /** Goes on after `pause`. */
  resume() {
    this.#isPaused = false;
    for (const { hear, urls, extra } of this.#always) {
      chrome.webRequest.onBeforeRequest.addListener(hear, { urls, types: this.#types }, extra);
    }
    this.#listenToMediaBodies(true);
  }

  /**
   * @param {boolean} soon Whether new playbacks are about to begin, whose first body should not be missed.
   */
  expectTokens(soon) {
    this.#expectsTokens = soon;
    this.#listenToMediaBodies(soon);
  }

  /**
   * Takes a body that was read inside the page.
   * @param {{url: string, body: string}} message The body in base64.
   * @param {chrome.runtime.MessageSender} sender
   */
  async observeHooked({ url, body }, { tab, frameId = 0 }) {
    const { cookieStoreId, incognito } = /** @type {{cookieStoreId?: string, incognito?: boolean}} */ (tab ?? {});
    const details = { url, timeStamp: Date.now(), tabId: tab?.id ?? -1, frameId, cookieStoreId, incognito };
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    await this.#unlessPaused(async () => void (await this.#read(details, bytes, true)));
  }

  /**
   * A listener that only listens: it gives the browser nothing back. It hears only what the player itself sends.
   * @param {(details: Request) => Promise<void>} work
   * @returns {(details: Request) => undefined}
   */
  #listener(work) {
    return (details) => {
      if (isPlayersRequest(details)) void this.#unlessPaused(() => work(details));
      return undefined;
    };
  }

  /**
   * @param {() => Promise<void>} work
   */
  async #unlessPaused(work) {
    if (!this.#isReady) {
      await this.#observer;
      this.#isReady = true;
    }
    if (!this.#isPaused) await work();
  }

  /**
   * @param {Request} details
   */
  async #observeBody(details) {
    if (details.method === "POST") await this.#observe(details, bodyOf(details));
  }

  /**
   * A media request: its address is read each time, its body only while something new could be in it.
   * @param {Request} details
   */
  async #observeMedia(details) {
    const { url, timeStamp, method } = details;
    if (this.#settled?.isSettled(details, timeStamp)) return;
    const { wasm, mediaFields } = await this.#observer;
    await this.#observe(details, NO_BODY);
    const session = sessionOf(details);
    if (method === "POST" && wasm.wantsBody(url, timeStamp, ...session)) this.#listenToMediaBodies(true);
    this.#settled ??= new SettledMedia(mediaFields);
    this.#settled.settle(details, wasm.settledUntil(url, timeStamp, ...session));
  }

  /**
   * @param {Request} details
   */
  async #observeMediaBody(details) {
    if (details.method !== "POST") return;
    const { wasm } = await this.#observer;
    const wantsBody = () => wasm.wantsBody(details.url, details.timeStamp, ...sessionOf(details));
    if (!wantsBody()) return;
    await this.#observe(details, bodyOf(details));
    // Another playback that still wants its bodies asks for them with its next request.
    const isDone = !wantsBody();
    if (isDone && !this.#expectsTokens) this.#listenToMediaBodies(false);
  }

  /**
   * Browsers copy a request's body for every listener that asks. So this one asks only while it needs a body.
   * @param {boolean} wanted
   */
  #listenToMediaBodies(wanted) {
    const listen = wanted && !this.#isPaused;
    const { onBeforeRequest } = chrome.webRequest;
    if (onBeforeRequest.hasListener(this.#onMediaBody) === listen) return;
    const filter = { urls: mediaRequests(), types: this.#types };
    if (listen) onBeforeRequest.addListener(this.#onMediaBody, filter, ["requestBody"]);
    else onBeforeRequest.removeListener(this.#onMediaBody);
  }

  /**
   * @param {Request} details
   * @param {Uint8Array | undefined} body Undefined if the browser did not hand it over.
   */
  async #observe(details, body) {
    if (body !== undefined) {
      if (await this.#read(details, body, false)) await registerHookFor(details);
      return;
    }
    const { wasm } = await this.#observer;
    const counters = wasm.countUnreadable(details.url, details.timeStamp, ...sessionOf(details));
    await this.#onNews({ counters: JSON.parse(counters) });
    await registerHookFor(details);
  }

  /**
   * Has wasm read a request, and says whether its body made no sense.
   * @param {ObservedRequest} details
   * @param {Uint8Array} body
   * @param {boolean} pageHooked
   */
  async #read(details, body, pageHooked) {
    const { wasm } = await this.#observer;
    await this.#tellFacts(details);
    if (this.#isPaused) return false;
    const { url, timeStamp } = details;
    const [container, isPrivate] = sessionOf(details);
    if (isPrivate && !this.readsPrivate) return false;
    const news = wasm.observe(url, body, timeStamp, pageOf(details), container, isPrivate, pageHooked);
    return (await this.#take(news))?.unreadable === true;
  }

  /**
   * Tells wasm what the page of a request says of itself, if wasm does not know it.
   * @param {ObservedRequest} details
   */
  async #tellFacts(details) {
    const { wasm } = await this.#observer;
    const facts = await this.#facts.of(details);
    const page = pageOf(details);
    if (page === undefined || facts.loggedIn === undefined || this.#told.get(page) === facts) return;
    this.#told.set(page, facts);
    const { loggedIn: logged_in, contentBound: content_bound } = facts;
    const json = wasm.pageSays(page, JSON.stringify({ logged_in, content_bound }));
    if (json !== undefined) await this.#take(json);
  }

  /**
   * Hands on what wasm says is new.
   * @param {string | undefined} json
   */
  async #take(json) {
    if (json === undefined) return undefined;
    /** @type {import("./observer.js").News} */
    const news = JSON.parse(json);
    await this.#onNews(news);
    return news;
  }
}

/**
 * The body in one piece. Undefined if the browser did not hand it over.
 * @param {Request} details
 */
function bodyOf({ requestBody }) {
  if (!requestBody?.raw || requestBody.error) return undefined;
  const chunks = requestBody.raw.map(({ bytes }) => bytes);
  return chunks.every((bytes) => bytes !== undefined) ? joined(chunks) : undefined;
}

/**
 * @param {ArrayBuffer[]} chunks
 */
function joined(chunks) {
  if (chunks.length === 1) return new Uint8Array(chunks[0]);
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(new Uint8Array(chunk), at);
    at += chunk.byteLength;
  }
  return whole;
}

/**
 * The page that made a request: a frame of a tab. A service worker is none.
 * @param {{tabId: number, frameId: number}} details
 */
function pageOf({ tabId, frameId }) {
  return tabId < 0 ? undefined : `${tabId}/${frameId}`;
}

/**
 * The container's name, if the request was made in one, and whether it was made in a private window.
 * @param {{cookieStoreId?: string, incognito?: boolean}} details
 * @returns {[string | undefined, boolean]}
 */
function sessionOf({ cookieStoreId, incognito }) {
  return [cookieStoreId === "firefox-default" ? undefined : cookieStoreId, incognito === true];
}
