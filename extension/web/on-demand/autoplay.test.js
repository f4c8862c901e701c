import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { Autoplay } from "./autoplay.js";

const VIDEO = "dQw4w9WgXcQ";
const PAUSED = { paused: true, plays: false };

class FakeMedia extends EventTarget {
  paused = true;
  currentTime = 0;
  readyState = 4;
  muted = false;
  played = 0;

  async play() {
    this.played += 1;
  }
}

/** @type {FakeMedia[]} The media elements of the page. */
let media;
/** @type {string} */
let address;
/** @type {((event: {target: object, stopImmediatePropagation: () => void}) => void)[]} What hears of volumes first. */
let hiders;
/** @type {Autoplay} */
let autoplay;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 0 });
  [media, hiders] = [[new FakeMedia()], []];
  address = `https://www.youtube.com/watch?v=${VIDEO}`;
  const executeScript = async (
    /** @type {{target: object, func: (video: string) => void, args: [string]}} */ { target, func, args },
  ) => {
    assert.deepEqual(target, { tabId: 7 });
    const page = {
      location: { href: address },
      document: { querySelectorAll: () => media },
      addEventListener: (/** @type {string} */ type, /** @type {(typeof hiders)[number]} */ hide, /** @type {boolean} */ first) => {
        assert.deepEqual([type, first], ["volumechange", true]);
        hiders.push(hide);
      },
    };
    Object.assign(globalThis, page);
    func(...args);
    for (const name of Object.keys(page)) Reflect.deleteProperty(globalThis, name);
    return [];
  };
  installChrome({ scripting: { executeScript } });
  autoplay = new Autoplay(7, VIDEO);
});

/**
 * Looks once more, so much later.
 * @param {number} ms
 */
async function look(ms, state = PAUSED) {
  mock.timers.tick(ms);
  const isRefused = autoplay.onLook(state);
  await settle();
  return isRefused;
}

test("a page is muted and plays again once it has stayed paused", async () => {
  await look(0);
  await look(250);
  assert.equal(media[0].muted, false);
  await look(250);
  assert.deepEqual([media[0].muted, media[0].played], [true, 1]);
  await look(250);
  assert.equal(media[0].played, 1);
});

test("what loads in between is not refused", async () => {
  await look(0);
  await look(250, { paused: false, plays: false });
  await look(250);
  await look(250);
  assert.equal(media[0].muted, false);
});

test("only what could begin and does not is muted", async () => {
  const [playing, begun, empty] = [new FakeMedia(), new FakeMedia(), new FakeMedia()];
  playing.paused = false;
  begun.currentTime = 3;
  empty.readyState = 1;
  media.push(playing, begun, empty);
  await look(0);
  await look(500);
  assert.deepEqual(
    media.map(({ muted }) => muted),
    [true, false, false, false],
  );
});

test("another page is not muted", async () => {
  await look(0);
  address = "https://www.youtube.com/watch?v=FcRzAdI8R9U";
  await look(500);
  assert.equal(media[0].muted, false);
});

test("the page does not hear that it is muted, and hears of the next change", async () => {
  await look(0);
  await look(500);
  assert.equal(hiders.length, 1);
  let hidden = 0;
  const [hide] = hiders;
  Object.assign(globalThis, { removeEventListener: () => hiders.pop() });
  const stopImmediatePropagation = () => (hidden += 1);
  hide({ target: new FakeMedia(), stopImmediatePropagation });
  assert.deepEqual([hidden, hiders.length], [0, 1]);
  hide({ target: media[0], stopImmediatePropagation });
  assert.deepEqual([hidden, hiders.length], [1, 0]);
});

test("one that does not play muted either is refused", async () => {
  await look(0);
  assert.equal(await look(500), false);
  assert.equal(await look(2750), false);
  assert.equal(await look(250), true);
});

test("one that plays is not", async () => {
  await look(0);
  await look(500);
  await look(250, { paused: false, plays: true });
  await look(4000);
  assert.equal(await look(500), false);
});
