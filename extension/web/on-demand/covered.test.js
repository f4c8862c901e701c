import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeTabs, installChrome } from "../../testing/fake-chrome.js";
import { onDemandSettings } from "../storage.js";
import { Covered } from "./covered.js";
import { TokenRequestError } from "./token-request-error.js";

const ERROR = new TokenRequestError("page-hidden", "covered");
/** @type {FakeTabs} */
let tabs;
/** @type {Covered} */
let covered;

beforeEach(() => {
  tabs = installChrome().fakeTabs;
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
  covered = new Covered();
  covered.remember(ERROR);
});

test("for half a minute requests fail as the last one did", async () => {
  mock.timers.tick(29_999);
  assert.equal(await covered.error(), ERROR);
  mock.timers.tick(1);
  assert.equal(await covered.error(), undefined);
});

test("a window that the user moves may uncover it, and the small one's end does not", async () => {
  tabs.windows.push({ id: 7, type: "popup", incognito: false, focused: false });
  assert.equal(await covered.error(), ERROR);
  tabs.window(1).left = 300;
  assert.equal(await covered.error(), undefined);
});

test("a setting that is stored counts at once", async () => {
  await onDemandSettings.change({ raise: true });
  assert.equal(await covered.error(), undefined);
});

test("it can be forgotten", async () => {
  covered.forget();
  assert.equal(await covered.error(), undefined);
});
