import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";
import { isPlayersPage, isPlayersRequest, playerRequestTypes } from "./player-request.js";

const WATCH = "https://www.youtube.com/watch?v=v1";
/** Origins that only look like the player's, or are of other pages. */
const FOREIGN = [
  "null",
  "",
  "https://example.org",
  "https://www.youtube.com.evil.example",
  "https://wwwxyoutube.com",
  "https://evil.example/https://www.youtube.com",
  "https://www.youtube.com:8443",
  "https://www.youtube.com@evil.example",
  "http://www.youtube.com",
  "https://youtube.com",
  "https://accounts.youtube.com",
  "chrome-extension://abcdef",
  "moz-extension://6f5e0b5a-6e3c-4c57-9d57-0f4d7c0f5a11",
  "data:text/html,https://www.youtube.com/",
  "about:blank",
  "moz-nullprincipal:{6f5e0b5a-6e3c-4c57-9d57-0f4d7c0f5a11}",
];

before(() => void installChrome());

test("a request of each of the player's sites counts", () => {
  for (const site of ["www.youtube.com", "m.youtube.com", "music.youtube.com", "studio.youtube.com", "www.youtube-nocookie.com"]) {
    const page = `https://${site}/embed/v1`;
    for (const type of ["xmlhttprequest", "ping", "beacon", "media", "other"]) {
      assert.ok(isPlayersRequest({ type, initiator: `https://${site}` }), `${site} ${type}`);
      assert.ok(isPlayersRequest({ type, originUrl: page, documentUrl: page }), `${site} ${type}`);
    }
  }
});

test("a worker's request counts, whose address is its script's", () => {
  const script = "https://www.youtube.com/sw.js";
  assert.ok(isPlayersRequest({ type: "xmlhttprequest", originUrl: script, documentUrl: script }));
});

test("a navigation is refused, also from the player's page", () => {
  for (const type of ["main_frame", "sub_frame", "object"]) {
    assert.ok(!isPlayersRequest({ type, initiator: "https://www.youtube.com" }), type);
    assert.ok(!isPlayersRequest({ type, originUrl: WATCH, documentUrl: WATCH }), type);
    assert.ok(!playerRequestTypes().includes(/** @type {any} */ (type)), type);
  }
});

test("what loads a script, a style or a font is refused: another server may have redirected it", () => {
  for (const type of ["script", "stylesheet", "font", "csp_report", "websocket", "imageset", "", undefined]) {
    assert.ok(!isPlayersRequest({ type, initiator: "https://www.youtube.com" }), type);
    assert.ok(!playerRequestTypes().includes(/** @type {any} */ (type)), type);
  }
});

test("an image counts only if it is a report", () => {
  for (const [path, counts] of /** @type {[string, boolean][]} */ ([
    ["/api/stats/qoe?cpn=x", true],
    ["/api/timedtext?v=v1&pot=x", false],
    ["/api/timedtext?v=v1&pot=/api/stats/", false],
    ["/youtubei/v1/player", false],
  ])) {
    const image = { type: "image", url: `https://www.youtube.com${path}` };
    assert.equal(isPlayersRequest({ ...image, initiator: "https://www.youtube.com" }), counts, path);
    assert.equal(isPlayersRequest({ ...image, originUrl: WATCH, documentUrl: WATCH }), counts, path);
  }
});

test("only types that the browser knows are listened to", () => {
  const expected = ["xmlhttprequest", "ping", "beacon", "image", "media", "other"];
  assert.deepEqual(playerRequestTypes(), expected);
  const known = Object.entries(chrome.webRequest.ResourceType).filter(([name]) => name !== "BEACON");
  installChrome({ webRequest: { ResourceType: Object.fromEntries(known) } });
  assert.deepEqual(playerRequestTypes(), expected.filter((type) => type !== "beacon"));
  installChrome();
});

test("a request that names no sender is refused", () => {
  assert.ok(!isPlayersRequest({ type: "xmlhttprequest" }));
  assert.ok(!isPlayersRequest({ type: "xmlhttprequest", originUrl: WATCH }));
  assert.ok(!isPlayersRequest({ type: "xmlhttprequest", documentUrl: WATCH }));
});

test("a request of any other page is refused", () => {
  for (const foreign of FOREIGN) {
    const type = "xmlhttprequest";
    assert.ok(!isPlayersRequest({ type, initiator: foreign }), foreign);
    assert.ok(!isPlayersRequest({ type, originUrl: foreign, documentUrl: foreign }), foreign);
    assert.ok(!isPlayersRequest({ type, originUrl: `${foreign}/`, documentUrl: WATCH }), foreign);
    assert.ok(!isPlayersRequest({ type, originUrl: WATCH, documentUrl: `${foreign}/` }), foreign);
  }
});

test("an initiator decides alone", () => {
  assert.ok(!isPlayersRequest({ initiator: "https://example.org", originUrl: WATCH, documentUrl: WATCH }));
});

test("a message counts if a page of the player's sites sent it", () => {
  const tab = /** @type {any} */ ({ id: 7 });
  const own = { id: "abcdef", tab, url: WATCH };
  assert.ok(isPlayersPage(own));
  assert.ok(isPlayersPage({ ...own, origin: "https://www.youtube.com" }));
  assert.ok(!isPlayersPage({ ...own, origin: "null" }), "a sandboxed frame");
  assert.ok(!isPlayersPage({ ...own, id: "another" }));
  assert.ok(!isPlayersPage({ ...own, tab: undefined }));
  for (const foreign of FOREIGN) {
    assert.ok(!isPlayersPage({ ...own, url: foreign }), foreign);
    assert.ok(!isPlayersPage({ ...own, url: `${foreign}/` }), foreign);
    assert.ok(!isPlayersPage({ ...own, origin: foreign }), foreign);
  }
});

test("the check costs much less than a microsecond", () => {
  const requests = [
    { type: "xmlhttprequest", initiator: "https://www.youtube-nocookie.com" },
    { type: "xmlhttprequest", originUrl: WATCH, documentUrl: WATCH },
    { type: "image", initiator: "null" },
  ];
  let taken = 0;
  /** The fastest of some rounds: others ran beside a busy machine. */
  let fastest = Infinity;
  for (let round = 0; round < 20; round += 1) {
    const start = process.hrtime.bigint();
    for (let n = 0; n < 10_000; n += 1) for (const request of requests) if (isPlayersRequest(request)) taken += 1;
    fastest = Math.min(fastest, Number(process.hrtime.bigint() - start) / 30_000);
  }
  assert.equal(taken, 400_000);
  assert.ok(fastest < 1000, `${fastest} ns`);
});
