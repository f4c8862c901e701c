import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { offerIn, offerOf } from "./offer.js";

before(() => void installChrome());

test("a tab is offered by its title, without YouTube's name", () => {
  const target = { video_id: "v1", music: false };
  assert.deepEqual(offerIn({ id: 7, title: "Fog over four ridges - YouTube" }, target), {
    target,
    what: "Fog over four ridges",
    tab: 7,
  });
  assert.equal(offerIn({ id: 7, title: "Fog - YouTube Music" }, target).what, "Fog");
});

test("a tab without a title is offered by what it shows", () => {
  assert.equal(offerIn({ id: 7 }, { video_id: "v1", music: false }).what, "The video in this tab");
  assert.equal(offerIn({ id: 7 }, { list_id: "PL1", music: false }).what, "The playlist in this tab");
});

test("the video of the newest token is offered, in its session", () => {
  const newest = /** @type {any} */ ({
    token: { video_id: "v1", client: "WEB_REMIX" },
    capture: { session: { profile: "p", container: "firefox-container-1", private: true } },
  });
  assert.deepEqual(offerOf(newest), {
    target: { video_id: "v1", music: true },
    what: "The video played last: v1",
    session: { container: "firefox-container-1", private: true },
  });
});

test("a token whose video is unknown offers nothing", () => {
  assert.equal(offerOf(/** @type {any} */ ({ token: { video_id: null, client: "WEB" } })), undefined);
  assert.equal(offerOf(undefined), undefined);
});
