import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

const SCRIPT = readFileSync(new URL("shown.js", import.meta.url), "utf8");
const [A, B] = ["dQw4w9WgXcQ", "FcRzAdI8R9U"];
const SITE = "https://www.youtube.com";

/**
 * @typedef {{kind: string, attributes?: Record<string, string>, isHidden?: boolean, title?: Element, media?: object}} Element
 */

/** A page whose parts a test changes. */
class FakePage {
  now = 1000;
  /** How often the page was searched. */
  looks = 0;
  readyState = "loading";
  address = `${SITE}/watch?v=${A}`;
  /** @type {Element[]} */
  elements = [];
  /** @type {Element[]} */
  observed = [];
  /** What the background script was told. @type {object[]} */
  sent = [];
  /** @type {Record<string, ((event: object) => void)[]>} */
  #listeners = {};
  /** @type {(records: object[]) => void} */
  #mutated = () => {};
  #context;

  constructor() {
    const page = this;
    const listen = (/** @type {string} */ name, /** @type {() => void} */ listener) => {
      (this.#listeners[name] ??= []).push(listener);
    };
    const document = {
      get readyState() {
        return page.readyState;
      },
      documentElement: { checkVisibility: () => true },
      addEventListener: listen,
      querySelectorAll: (/** @type {string} */ selector) => page.#find(selector),
      querySelector: (/** @type {string} */ selector) => page.#find(selector)[0] ?? null,
    };
    const location = {
      get href() {
        return page.address;
      },
      origin: SITE,
    };
    class MutationObserver {
      /** @param {(records: object[]) => void} callback */
      constructor(callback) {
        page.#mutated = callback;
      }
      /** @param {Element} element */
      observe(element) {
        page.observed.push(element);
      }
    }
    this.#context = createContext({
      document,
      location,
      MutationObserver,
      URL,
      chrome: { runtime: { sendMessage: async (/** @type {object} */ message) => void page.sent.push(message) } },
      Date: { now: () => page.now },
      performance: { timeOrigin: 400.5 },
      addEventListener: listen,
      navigation: { addEventListener: listen },
    });
    runInContext("globalThis.window = globalThis;", this.#context);
  }

  /**
   * @param {string} selector
   */
  #find(selector) {
    this.looks += 1;
    const wanted = selector.split(", ");
    return this.elements
      .flatMap((element) => (element.title ? [element, element.title] : [element]))
      .filter(({ kind }) => wanted.includes(kind))
      .map((element) => this.#wrapped(element));
  }

  /** @type {Map<Element, object>} */
  #wraps = new Map();

  /**
   * @param {Element} element
   */
  #wrapped(element) {
    const made = this.#wraps.get(element) ?? {
      element,
      ...element.media,
      checkVisibility: () => !element.isHidden,
      getAttribute: (/** @type {string} */ name) => element.attributes?.[name] ?? null,
      querySelector: () => (element.title ? this.#wrapped(element.title) : null),
    };
    this.#wraps.set(element, made);
    return made;
  }

  begin() {
    runInContext(SCRIPT, this.#context);
    return this;
  }

  /**
   * An event of the page, its window or its navigation, at this time.
   * @param {string} name
   * @param {number} time
   * @param {object} [event]
   */
  emit(name, time, event = {}) {
    this.now = time;
    assert.ok(this.#listeners[name], `nobody listens to ${name}`);
    for (const listener of this.#listeners[name]) listener(event);
  }

  /**
   * A change of an observed element's attribute, at this time. Gives whether the page was looked at.
   * @param {number} time
   * @param {string} [attributeName]
   * @param {string} [className] What the element has then.
   */
  mutate(time, attributeName = "video-id", className = "") {
    this.now = time;
    const looks = this.looks;
    const classList = { contains: (/** @type {string} */ name) => name === className };
    this.#mutated([{ attributeName, target: { classList } }]);
    return this.looks > looks;
  }

  shown() {
    return JSON.parse(runInContext("JSON.stringify(potbridgeShown())", this.#context));
  }
}

/**
 * @param {string} video
 * @returns {Element}
 */
function playerOf(video) {
  return { kind: "#movie_player", title: { kind: ".ytp-title-link", attributes: { href: `/watch?v=${video}` } } };
}

test("a page shows its address's video from its beginning", () => {
  const page = new FakePage().begin();
  page.now = 5000;
  const { address } = page;
  const shown = { address, opened_at: 1000, since: 1000, ad: false, plays: false, links: [] };
  assert.deepEqual(page.shown(), shown);
});

test("a page plays once a media element of it has begun, and is not paused", () => {
  const page = new FakePage().begin();
  const media = { paused: false, currentTime: 0.1, readyState: 4 };
  page.elements = [{ kind: "video", media }];
  assert.equal(page.shown().plays, true);
  for (const change of [{ paused: true }, { currentTime: 0 }, { readyState: 2 }]) {
    page.elements = [{ kind: "audio", media: { ...media, ...change } }];
    assert.equal(page.shown().plays, false, JSON.stringify(change));
  }
});

test("a script that came late knows nothing of before", () => {
  const page = new FakePage();
  page.readyState = "complete";
  const { opened_at, since } = page.begin().shown();
  assert.deepEqual([opened_at, since], [400, 1000]);
});

test("a page that moves on shows another video since then", () => {
  const page = new FakePage().begin();
  page.address = `${SITE}/watch?v=${B}`;
  page.emit("currententrychange", 2000);
  page.now = 3000;
  assert.equal(page.shown().since, 2000);
  page.address += "&t=5";
  page.emit("yt-navigate-finish", 3500);
  assert.equal(page.shown().since, 2000, "the same video");
});

test("each event that comes with another video has the page looked at", () => {
  const names = [
    ...["yt-navigate-start", "yt-navigate-finish", "yt-page-data-updated", "popstate", "hashchange", "load"],
    ...["loadstart", "emptied", "DOMContentLoaded", "currententrychange"],
  ];
  const page = new FakePage().begin();
  names.forEach((name, index) => {
    page.address = `${SITE}/shorts/${index % 2 === 0 ? B : A}`;
    page.emit(name, 2000 + index);
    assert.equal(page.shown().since, 2000 + index, name);
  });
});

test("an advertisement's beginning and end are times since when", () => {
  const page = new FakePage();
  const player = playerOf(A);
  page.elements.push(player);
  page.begin();
  const ad = { kind: ".ad-showing" };
  page.elements.push(ad);
  page.mutate(9000);
  assert.deepEqual([page.shown().ad, page.shown().since], [true, 7000], "what was sent for it before counts");
  player.title = { kind: ".ytp-title-link", attributes: { href: `/watch?v=${B}` } };
  page.mutate(10_000);
  assert.equal(page.shown().since, 7000, "one advertisement after the other");
  player.title = playerOf(A).title;
  page.elements.pop();
  page.mutate(15_000);
  assert.deepEqual([page.shown().ad, page.shown().since], [false, 15_000]);
  page.elements.push(ad);
  page.mutate(1500);
  assert.equal(page.shown().since, 1000, "not before the page was opened");
});

test("of a player's classes only those of an advertisement have the page looked at", () => {
  const page = new FakePage().begin();
  assert.equal(page.mutate(2000, "class", "ytp-autohide"), false);
  page.elements.push({ kind: ".ad-showing" });
  assert.equal(page.mutate(2000, "class", "ad-showing"), true);
  assert.equal(page.mutate(2100, "class", "ad-interrupting"), false, "still one");
  page.elements.pop();
  assert.equal(page.mutate(2200, "class", ""), true);
  assert.equal(page.mutate(2300, "href"), true);
});

test("the player's link and the watch element name the video", () => {
  const page = new FakePage();
  const watch = { kind: "ytd-watch-flexy", attributes: { "video-id": B } };
  page.elements.push(playerOf(A), watch);
  page.begin();
  assert.deepEqual(page.shown().links, [`${SITE}/watch?v=${A}`, `${SITE}/watch?v=${B}`]);
});

test("what is hidden names no video", () => {
  const page = new FakePage();
  const watch = { kind: "ytd-watch-flexy", attributes: { "video-id": B }, isHidden: true };
  page.elements.push({ ...playerOf(A), isHidden: true }, watch);
  page.begin();
  assert.deepEqual(page.shown().links, []);
});

test("a mini-player shows its video on another page", () => {
  const page = new FakePage();
  page.elements.push(playerOf(A));
  page.begin();
  page.address = `${SITE}/`;
  page.emit("yt-navigate-finish", 2000);
  const { links, since } = page.shown();
  assert.deepEqual([links, since], [[`${SITE}/watch?v=${A}`], 1000]);
});

test("the server's canonical link holds until the page moves on", () => {
  const page = new FakePage();
  page.address = `${SITE}/@channel/live`;
  page.elements.push({ kind: 'link[rel="canonical"]', attributes: { href: `${SITE}/watch?v=${A}` } });
  page.begin();
  assert.deepEqual(page.shown().links, [`${SITE}/watch?v=${A}`]);
  page.address = `${SITE}/watch?v=${B}`;
  page.emit("popstate", 2000);
  assert.deepEqual(page.shown().links, []);
});

test("links that name no video, or are none, are left out", () => {
  const page = new FakePage();
  for (const href of ["", "https://", "/@channel", "javascript:void 0"]) {
    page.elements.push({ kind: "#movie_player", title: { kind: ".ytp-title-link", attributes: { href } } });
  }
  page.begin();
  assert.deepEqual(page.shown().links, []);
});

test("elements that come later are observed, each once", () => {
  const page = new FakePage().begin();
  assert.equal(page.observed.length, 0);
  page.elements.push(playerOf(A));
  page.emit("loadstart", 2000);
  page.emit("emptied", 2001);
  assert.equal(page.observed.length, 2, "the player and its link");
});

test("a page that floods its elements is read in part", () => {
  const page = new FakePage();
  for (let n = 0; n < 100; n += 1) page.elements.push(playerOf(`${String(n).padStart(11, "x")}`));
  page.begin();
  assert.equal(page.shown().links.length, 12);
});

test("the background script hears once that the page shows something else", () => {
  const page = new FakePage().begin();
  page.emit("loadstart", 2000);
  assert.equal(page.sent.length, 0, "it shows what it has shown from the beginning");
  page.address = `${SITE}/watch?v=${B}`;
  page.emit("yt-navigate-start", 3000);
  page.emit("yt-navigate-finish", 3500);
  assert.deepEqual(JSON.parse(JSON.stringify(page.sent)), [{ type: "page-shows-another" }]);
});

test("a page out of the browser's cache shows its video anew", () => {
  const page = new FakePage().begin();
  page.emit("pageshow", 4000, { persisted: false });
  assert.equal(page.shown().since, 1000);
  page.emit("pageshow", 4000, { persisted: true });
  assert.equal(page.shown().since, 4000);
});

test("put into a page twice, the first one stays", () => {
  const page = new FakePage().begin();
  page.now = 9000;
  assert.equal(page.begin().shown().opened_at, 1000);
});
