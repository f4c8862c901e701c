import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { cookiesOf, storeOf } from "./cookies.js";

/** @type {any[]} The browser's cookies. */
let jar;
/** @type {any} What the browser was asked for. */
let details;
let isPermitted = true;

/**
 * @param {Record<string, unknown>} [runtime]
 */
function install(runtime = { getURL: () => "chrome-extension://abcdef/" }) {
  installChrome({
    runtime,
    permissions: { contains: async () => isPermitted },
    cookies: {
      getAll: async (/** @type {any} */ asked) => {
        details = asked;
        return jar;
      },
      getAllCookieStores: async () => [
        { id: "0", tabIds: [1, 2] },
        { id: "1", tabIds: [3] },
      ],
    },
  });
}

beforeEach(() => {
  [jar, details, isPermitted] = [[], undefined, true];
  install();
});

/**
 * @param {Record<string, unknown>} [more]
 */
function cookie(more = {}) {
  return {
    name: "PREF",
    value: "f6=40000000",
    domain: ".youtube.com",
    hostOnly: false,
    path: "/",
    secure: true,
    httpOnly: false,
    expirationDate: 1_800_000_000.7,
    ...more,
  };
}

test("a cookie is passed on as the host takes it", async () => {
  jar = [cookie(), cookie({ domain: "www.youtube.com", hostOnly: true, httpOnly: true, expirationDate: undefined })];
  assert.deepEqual(await cookiesOf(undefined), [
    {
      name: "PREF",
      value: "f6=40000000",
      domain: ".youtube.com",
      path: "/",
      secure: true,
      http_only: false,
      expires: 1_800_000_000,
    },
    {
      name: "PREF",
      value: "f6=40000000",
      domain: "www.youtube.com",
      path: "/",
      secure: true,
      http_only: true,
      expires: undefined,
    },
  ]);
});

test("cookies of other sites and of embedded players stay", async () => {
  jar = [
    cookie({ domain: ".notyoutube.com" }),
    cookie({ domain: ".youtube.com.evil.net" }),
    cookie({ partitionKey: { topLevelSite: "https://example.org" } }),
    cookie({ firstPartyDomain: "example.org" }),
  ];
  assert.deepEqual(await cookiesOf(undefined), []);
  jar = [
    cookie({ partitionKey: { topLevelSite: "https://youtube.com" } }),
    cookie({ firstPartyDomain: "youtube.com" }),
  ];
  assert.equal((await cookiesOf(undefined)).length, 2);
});

test("a cookie that the host would refuse stays, and the others go", async () => {
  jar = [cookie({ name: "" }), cookie({ value: "ü" }), cookie({ value: "x".repeat(4096) }), cookie({ name: "GOOD" })];
  assert.deepEqual(
    (await cookiesOf(undefined)).map(({ name }) => name),
    ["GOOD"],
  );
});

test("without the permission no cookie is read", async () => {
  isPermitted = false;
  jar = [cookie()];
  assert.deepEqual(await cookiesOf(undefined), []);
  assert.equal(details, undefined);
});

test("each browser is asked in its own words", async () => {
  await cookiesOf(undefined);
  assert.deepEqual(details, { domain: "youtube.com", storeId: "0", partitionKey: {} });
  install({ getURL: () => "moz-extension://abcdef/" });
  await cookiesOf(undefined);
  assert.deepEqual(details, {
    domain: "youtube.com",
    storeId: "firefox-default",
    partitionKey: {},
    firstPartyDomain: null,
  });
  await cookiesOf("firefox-container-1");
  assert.equal(details.storeId, "firefox-container-1");
});

test("a tab's store is found by the tab", async () => {
  const tab = (/** @type {any} */ fields) => /** @type {chrome.tabs.Tab} */ (fields);
  assert.equal(await storeOf(tab({ id: 3 })), "1");
  assert.equal(await storeOf(tab({ id: 9 })), undefined);
  assert.equal(await storeOf(tab({ id: 3, cookieStoreId: "firefox-private" })), "firefox-private");
  isPermitted = false;
  assert.equal(await storeOf(tab({ id: 3 })), undefined);
});
