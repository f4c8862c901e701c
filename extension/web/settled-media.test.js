import assert from "node:assert/strict";
import { test } from "node:test";
import { SettledMedia } from "./settled-media.js";

const FIELDS = { apart: ["cpn", "pot"], counting: "rn" };
const START = "https://a.googlevideo.com/videoplayback?sabr=1";

/**
 * @param {string} url
 * @param {Partial<import("./settled-media.js").Request>} [more]
 */
function request(url, more) {
  return { method: "POST", url, ...more };
}

function withOneSettled() {
  const settled = new SettledMedia(FIELDS);
  settled.settle(request(`${START}&rn=1&cpn=one&pot=T&x=1`), 1000);
  return settled;
}

test("a request that is the same in what matters is settled", () => {
  const settled = withOneSettled();
  const next = request(`${START}&rn=2&cpn=one&x=9&pot=T`);
  assert.equal(settled.isSettled(next, 999), true);
  assert.equal(settled.isSettled(next, 1000), false);
});

test("another value, method or container is not settled", () => {
  const settled = withOneSettled();
  for (const other of [
    request(`${START}&cpn=two&pot=T`),
    request(`${START}&cpn=one&pot=U`),
    request(`${START}&cpn=one`),
    request(`${START}&cpn=one&pot=T`, { method: "GET" }),
    request(`${START}&cpn=one&pot=T`, { cookieStoreId: "firefox-container-1" }),
  ]) {
    assert.equal(settled.isSettled(other, 0), false, other.url);
  }
});

test("a number that goes back is not settled", () => {
  const settled = withOneSettled();
  for (const [rn, expected] of /** @type {[number, boolean][]} */ ([
    [1, true],
    [9, true],
    [10, true],
    [9, false],
    [10, true],
    [0, false],
  ])) {
    assert.equal(settled.isSettled(request(`${START}&rn=${rn}&cpn=one&pot=T`), 0), expected, String(rn));
  }
});

test("a field written in another way makes the whole address matter", () => {
  const settled = new SettledMedia(FIELDS);
  const path = "https://a.googlevideo.com/videoplayback/cpn/one/pot/T/rn/1";
  settled.settle(request(path), 1000);
  assert.equal(settled.isSettled(request(path), 0), true);
  assert.equal(settled.isSettled(request(path.replace("pot/T", "pot/U")), 0), false);
});

test("beyond its limit it forgets all", () => {
  const settled = withOneSettled();
  for (let number = 0; number < 500; number += 1) settled.settle(request(`${START}&cpn=c${number}`), 1000);
  assert.equal(settled.isSettled(request(`${START}&cpn=one&pot=T`), 0), false);
  assert.equal(settled.isSettled(request(`${START}&cpn=c499`), 0), true);
});
