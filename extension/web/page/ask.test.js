import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { askPage } from "./ask.js";
import { readPlayers } from "./players.js";

const VIDEO = "dQw4w9WgXcQ";
const CPN = "G3iep-t_Rs_pkoUQ";
const URL_OF_MEDIA = `https://a.googlevideo.com/videoplayback?sabr=1&cpn=${CPN}&rn=1`;
const REQUEST = { url: URL_OF_MEDIA, tabId: 7, frameId: 3, documentId: "d1" };
const ADDRESS = `https://www.youtube.com/watch?v=${VIDEO}`;
const PAGE = { address: ADDRESS, opened_at: 10, since: 20, ad: false, plays: false, links: [] };

/** @type {any[]} What the browser was asked to run. */
let ran;
/** @type {unknown} What the content script answers; undefined if there is none. */
let page;
/** @type {unknown} What runs in the page's own world gives; an error if it may not run. */
let players;

beforeEach(() => {
  [ran, page, players] = [[], PAGE, `${VIDEO} ${CPN}  \n`];
  installChrome({
    scripting: {
      executeScript: async (/** @type {any} */ injection) => {
        ran.push(injection);
        const answer = injection.world === "MAIN" ? players : page;
        if (injection.files) page = PAGE;
        if (answer instanceof Error) throw answer;
        if (answer instanceof Promise) return answer;
        return [{ result: answer }];
      },
    },
  });
});

test("the page and its player are asked, in that document only", async () => {
  assert.deepEqual(await askPage(REQUEST), { ...PAGE, player: { video_id: VIDEO, cpn: CPN } });
  for (const { target, injectImmediately } of ran) {
    assert.deepEqual([target, injectImmediately], [{ tabId: 7, documentIds: ["d1"] }, true]);
  }
  assert.deepEqual(ran.map(({ world }) => world).sort(), ["ISOLATED", "MAIN"]);
  assert.equal(ran.find(({ world }) => world === "MAIN").func, readPlayers);
});

test("a script of an earlier version does not say whether something plays", async () => {
  page = { ...PAGE, plays: undefined };
  assert.equal((await askPage(REQUEST))?.plays, false);
  page = { ...PAGE, plays: true };
  assert.equal((await askPage(REQUEST))?.plays, true);
});

test("if the browser names no document, the frame is asked", async () => {
  await askPage({ ...REQUEST, documentId: undefined });
  assert.deepEqual(ran[0].target, { tabId: 7, frameIds: [3] });
});

test("an advertisement of the player counts", async () => {
  players = `${VIDEO}  ad \n`;
  assert.deepEqual(await askPage(REQUEST), { ...PAGE, ad: true, player: { video_id: VIDEO } });
});

test("another player's advertisement says nothing of the request's own", async () => {
  page = { ...PAGE, ad: true };
  assert.equal((await askPage(REQUEST))?.ad, false);
  players = `${VIDEO}   \n`;
  assert.equal((await askPage(REQUEST))?.ad, true);
});

test("the cpn of the request chooses among players", async () => {
  players = `FcRzAdI8R9U   \n${VIDEO} ${CPN}  \n`;
  for (const url of [URL_OF_MEDIA, `https://a.googlevideo.com/videoplayback/id/x/cpn/${CPN}/pot/y`]) {
    assert.equal((await askPage({ ...REQUEST, url }))?.player?.video_id, VIDEO, url);
  }
  assert.equal((await askPage({ ...REQUEST, url: "https://a.googlevideo.com/videoplayback?a=b" }))?.player?.cpn, CPN);
});

test("if the page's own world cannot be reached, the content script counts alone", async () => {
  for (const failure of [new Error("Cannot access contents of the page."), undefined, { a: 1 }, "x".repeat(5000)]) {
    players = failure;
    assert.deepEqual(await askPage(REQUEST), PAGE);
  }
});

test("a page without the content script gets it", async () => {
  page = undefined;
  assert.equal((await askPage(REQUEST))?.address, PAGE.address);
  assert.deepEqual(ran.filter(({ files }) => files).map(({ files }) => files), [["page/shown.js"]]);
});

test("a page that is gone says nothing", async () => {
  page = new Error("No tab with id: 7.");
  assert.equal(await askPage(REQUEST), undefined);
});

test("a page that does not answer is not waited for", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    players = new Promise(() => {});
    const asked = askPage(REQUEST);
    await settle();
    mock.timers.tick(1000);
    assert.deepEqual(await asked, PAGE);
  } finally {
    mock.timers.reset();
  }
});

test("an answer of another shape says nothing", async () => {
  const wrong = { address: 5, opened_at: "1", since: 1.5, ad: "no", links: [5] };
  for (const [field, value] of Object.entries(wrong)) {
    page = { ...PAGE, [field]: value };
    assert.equal(await askPage(REQUEST), undefined, field);
  }
  page = { ...PAGE, address: `https://www.youtube.com/${"x".repeat(5000)}` };
  assert.equal(await askPage(REQUEST), undefined);
});
