import assert from "node:assert/strict";
import { test } from "node:test";
import { MediaMemo } from "./media-memo.js";

const START = "https://a.googlevideo.com/videoplayback?sabr=1";

/**
 * @param {string} url
 * @param {Partial<import("./media-memo.js").Request>} [more]
 */
function request(url, more) {
  return { method: "POST", url, ...more };
}

function settled() {
  const memo = new MediaMemo(["cpn", "pot"]);
  memo.settle(request(`${START}&rn=1&cpn=one&pot=T&x=1`), 1000);
  return memo;
}

test("a request that is the same in what matters is settled", () => {
  const memo = settled();
  const next = request(`${START}&rn=2&cpn=one&x=9&pot=T`);
  assert.equal(memo.isSettled(next, 999), true);
  assert.equal(memo.isSettled(next, 1000), false);
});

test("another value, method or container is not settled", () => {
  const memo = settled();
  for (const other of [
    request(`${START}&cpn=two&pot=T`),
    request(`${START}&cpn=one&pot=U`),
    request(`${START}&cpn=one`),
    request(`${START}&cpn=one&pot=T`, { method: "GET" }),
    request(`${START}&cpn=one&pot=T`, { cookieStoreId: "firefox-container-1" }),
  ]) {
    assert.equal(memo.isSettled(other, 0), false, other.url);
  }
});

test("a field written in another way makes the whole address matter", () => {
  const memo = new MediaMemo(["cpn", "pot"]);
  const path = "https://a.googlevideo.com/videoplayback/cpn/one/pot/T/rn/1";
  memo.settle(request(path), 1000);
  assert.equal(memo.isSettled(request(path), 0), true);
  assert.equal(memo.isSettled(request(path.replace("pot/T", "pot/U")), 0), false);
});

test("beyond its limit the memo forgets", () => {
  const memo = settled();
  for (let number = 0; number < 500; number += 1) memo.settle(request(`${START}&cpn=c${number}`), 1000);
  assert.equal(memo.isSettled(request(`${START}&cpn=one&pot=T`), 0), false);
  assert.equal(memo.isSettled(request(`${START}&cpn=c499`), 0), true);
});
