// Listens to the player's requests and has wasm read them.
//
// Listeners are registered before anything is awaited: a browser that wakes this script for an event delivers the event
// only to listeners that are there at once.

import { MediaBodyListener } from "./media-body-listener.js";
import { cpnOf } from "./page/ask.js";
import { pageName } from "./page/facts-by-frame.js";
import { hookPageOf } from "./page/hook/register.js";
import { isPlayersRequest, playerRequestTypes } from "./player-request.js";
import { bodyOf } from "./request-body.js";
import { addressRequests, bodyRequests, mediaRequests } from "./requests.js";
import { SettledMedia } from "./settled-media.js";

/**
 * @typedef {chrome.webRequest.OnBeforeRequestDetails & {
 *   cookieStoreId?: string, incognito?: boolean, originUrl?: string, documentUrl?: string,
 * }} Request
 * @typedef {Pick<
 *   Request, "url" | "method" | "timeStamp" | "tabId" | "frameId" | "documentId" | "cookieStoreId" | "incognito"
 * >} ObservedRequest
 *
 * What the listener needs to know of the pages whose requests it hears.
 * @typedef {{
 *   facts: Pick<import("./page/facts-by-frame.js").FactsByFrame, "known">,
 *   asker: Pick<import("./page/asker.js").PageAsker, "ask">,
 *   privateTabs: Pick<import("./private-tabs.js").PrivateTabs, "isPrivate">,
 * }} Pages
 *
 * The container's name, if the request was made in one, and whether it was made in a private window.
 * @typedef {[container: string | undefined, isPrivate: boolean]} Session
 * @typedef {Session | Promise<Session>} ToldSession
 */

const NO_BODY = new Uint8Array(0);

export class Listener {
  /** Whether requests of private windows are read. */
  readsPrivate = true;
  /**
   * Hears of each request that is read, except those of private windows, if somebody wants to.
   * @type {((request: {url: string, method: string}, body: Uint8Array, page: string | undefined) => void) | undefined}
   */
  onRead;
  #isPaused = false;
  /** Whether the observer is loaded, and it is known whether the capture is paused. */
  #isReady = false;
  /** @type {SettledMedia | undefined} */
  #settled;
  #mediaBodies = new MediaBodyListener(this.#listener((...of) => this.#observeMediaBody(...of)));
  /** @type {{hear: (details: Request) => undefined, urls: string[], extra?: "requestBody"[]}[]} */
  #always;
  #observer;
  #pages;
  #onNews;
  #types = playerRequestTypes();

  /**
   * @param {Promise<import("./observer.js").Observer>} observer By when it is there, `pause` was called if it has to be.
   * @param {Pages} pages
   * @param {(news: import("./observer.js").News) => Promise<void>} onNews
   */
  constructor(observer, pages, onNews) {
    this.#observer = observer;
    this.#pages = pages;
    this.#onNews = onNews;
    this.#always = [
      { hear: this.#listener((...of) => this.#observeBody(...of)), urls: bodyRequests(), extra: ["requestBody"] },
      { hear: this.#listener((...of) => this.#observe(...of, NO_BODY)), urls: addressRequests() },
      { hear: this.#listener((...of) => this.#observeMedia(...of)), urls: mediaRequests() },
    ];
    this.resume();
  }

  /** Nothing is read until `resume`, also of what was heard and waits for the observer. */
  pause() {
    this.#isPaused = true;
    for (const { hear } of this.#always) chrome.webRequest.onBeforeRequest.removeListener(hear);
    this.#mediaBodies.pause(true);
  }

  /** Goes on after `pause`. */
  resume() {
    this.#isPaused = false;
    for (const { hear, urls, extra } of this.#always) {
      chrome.webRequest.onBeforeRequest.addListener(hear, { urls, types: this.#types }, extra);
    }
    this.#mediaBodies.pause(false);
  }

  /**
   * @param {boolean} soon Whether new playbacks are about to begin, whose first body should not be missed.
   */
  expectTokens(soon) {
    this.#mediaBodies.keep(soon);
  }

  /**
   * A page begins, or shows something else than before: the first body of its next playback should not be missed.
   * @param {chrome.runtime.MessageSender} sender
   */
  pageBegins({ tab, frameId = 0 }) {
    const page = pageName({ tabId: tab?.id ?? -1, frameId });
    if (page !== undefined && !this.#isPaused) this.#mediaBodies.begins(page);
  }

  /**
   * Takes a body that was read inside the page.
   * @param {{url: string, body: string}} message The body in base64.
   * @param {chrome.runtime.MessageSender} sender
   */
  async observeHooked({ url, body }, { tab, frameId = 0 }) {
    const { cookieStoreId, incognito } = /** @type {{cookieStoreId?: string, incognito?: boolean}} */ (tab ?? {});
    // Only requests with a body are hooked.
    const from = { url, method: "POST", timeStamp: Date.now() };
    const details = { ...from, tabId: tab?.id ?? -1, frameId, cookieStoreId, incognito };
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    const session = this.#sessionOf(details);
    await this.#unlessPaused(async () => void (await this.#read(details, session, bytes, true)));
  }

  /**
   * A listener that only listens: it gives the browser nothing back. It hears only what the player itself sends.
   * @param {(details: Request, session: ToldSession) => Promise<void>} work
   * @returns {(details: Request) => undefined}
   */
  #listener(work) {
    return (details) => {
      if (isPlayersRequest(details)) {
        // Before anything is awaited: the tab may be closed meanwhile, and then nobody knows whether it was private.
        const session = this.#sessionOf(details);
        void this.#unlessPaused(() => work(details, session));
      }
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
   * @param {ToldSession} session
   */
  async #observeBody(details, session) {
    // A playback begins with such a request.
    const page = pageName(details);
    if (page !== undefined) this.#mediaBodies.begins(page);
    if (details.method === "POST") await this.#observe(details, session, bodyOf(details));
  }

  /**
   * A media request: its address is read each time, its body only while something new could be in it.
   * @param {Request} details
   * @param {ToldSession} told
   */
  async #observeMedia(details, told) {
    const { url, timeStamp, method } = details;
    if (this.#settled?.isSettled(details, timeStamp)) return;
    const { wasm, mediaFields } = await this.#observer;
    await this.#observe(details, told, NO_BODY);
    const session = await told;
    this.#settled ??= new SettledMedia(mediaFields);
    this.#settled.settle(details, wasm.settledUntil(url, timeStamp, ...session));
    if (method === "POST") this.#mediaBodies.expect(playbackOf(url, session), await this.#nextBodyOf(url, session));
  }

  /**
   * @param {Request} details
   * @param {ToldSession} told
   */
  async #observeMediaBody(details, told) {
    const { url, timeStamp, method } = details;
    if (method !== "POST") return;
    const { wasm } = await this.#observer;
    const session = await told;
    const isDue = wasm.bodyDue(url, timeStamp, ...session) <= timeStamp;
    if (isDue) await this.#observe(details, told, bodyOf(details));
    const next = await this.#nextBodyOf(url, session);
    this.#mediaBodies.heard(playbackOf(url, session), next, pageName(details), isDue);
  }

  /**
   * When the next body of a media request's playback is due: milliseconds since 1970, infinity for never.
   * @param {string} url
   * @param {Session} session
   */
  async #nextBodyOf(url, session) {
    const { wasm } = await this.#observer;
    return this.#isLeftOut(session) ? Infinity : wasm.bodyDue(url, Date.now(), ...session);
  }

  /**
   * @param {Request} details
   * @param {ToldSession} told
   * @param {Uint8Array | undefined} body Undefined if the browser did not hand it over.
   */
  async #observe(details, told, body) {
    if (body !== undefined) {
      // A busy page is not waited for.
      if (await this.#read(details, told, body, false)) void hookPageOf(details);
      return;
    }
    const { wasm } = await this.#observer;
    const session = await told;
    if (this.#isLeftOut(session)) return;
    const counters = wasm.countUnreadable(details.url, details.timeStamp, ...session);
    if (counters === undefined) return;
    void hookPageOf(details);
    await this.#onNews({ counters: JSON.parse(counters) });
  }

  /**
   * Has wasm read a request, and says whether its body made no sense.
   * @param {ObservedRequest} details
   * @param {ToldSession} told
   * @param {Uint8Array} body
   * @param {boolean} pageHooked
   */
  async #read(details, told, body, pageHooked) {
    const { wasm } = await this.#observer;
    await this.#pages.facts.known(details);
    const session = await told;
    if (this.#isLeftOut(session)) return false;
    const { url, timeStamp } = details;
    const page = pageName(details);
    if (!session[1]) this.onRead?.({ url, method: details.method }, body, page);
    const json = wasm.observe(url, body, timeStamp, page, ...session, pageHooked);
    if (json === undefined) return false;
    /** @type {import("./observer.js").News} */
    const news = JSON.parse(json);
    if (news.ask_page) void this.#pages.asker.ask(details);
    await this.#onNews(news);
    return news.unreadable === true;
  }

  /**
   * Whether the user wants nothing of this session read.
   * @param {Session} session
   */
  #isLeftOut([, isPrivate]) {
    return this.#isPaused || (isPrivate && !this.readsPrivate);
  }

  /**
   * @param {ObservedRequest} details
   * @returns {ToldSession} At once if it is known.
   */
  #sessionOf(details) {
    const { cookieStoreId } = details;
    const container = cookieStoreId === "firefox-default" ? undefined : cookieStoreId;
    const isPrivate = this.#pages.privateTabs.isPrivate(details);
    return typeof isPrivate === "boolean" ? [container, isPrivate] : isPrivate.then((is) => [container, is]);
  }
}

/**
 * The name of the playback that a media request belongs to: its requests are told apart as wasm tells them apart.
 * @param {string} url
 * @param {Session} session
 */
function playbackOf(url, [container, isPrivate]) {
  return `${container} ${isPrivate} ${cpnOf(url)}`;
}
