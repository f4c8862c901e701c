import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";

/** @type {typeof import("./action.js")} */
let module;
/** @type {import("../testing/fake-chrome.js").FakeAction} */
let action;
let copies = 0;

beforeEach(async () => {
  ({ action } = installChrome());
  // Each test has a button of its own.
  copies += 1;
  module = await import(`./action.js?${copies}`);
});

const [BAD, OLD, PLAIN] = ["#b3261e", "#f2a60d", "#57514b"];
const [ON, OFF] = ["/icons/16.png", "/icons/off-16.png"];

/**
 * @param {Partial<import("./action.js").ActionState>} change
 */
function show(change) {
  module.showOnAction(change);
  return [action.badge, action.title];
}

test("the worst is said, in words and by a badge", () => {
  // Each is worse than those before it.
  const changes = /** @type {[Partial<import("./action.js").ActionState>, string, string][]} */ ([
    [{}, "", "potbridge"],
    [{ host: "ready" }, "", "potbridge: working"],
    [{ running: 2 }, "2", "potbridge: downloads under way: 2"],
    [{ fetching: true }, "…", "potbridge: fetching a token for a program"],
    [{ asking: true }, "?", "potbridge: a program waits for your answer"],
    [{ paused: true }, "||", "potbridge: paused"],
    [{ troubled: true }, "!", "potbridge: the helper program has a problem"],
    [{ failed: ["/srv/.env"] }, "!", "potbridge: could not save in /srv/.env"],
    [{ failed: ["/srv/.env", "keyring"] }, "!", "potbridge: could not save in 2 places"],
    [{ host: "absent" }, "", "potbridge: no helper program"],
    [{ host: "refused" }, "!", "potbridge: the helper program does not fit the extension"],
    [{ problems: ["storage-failed"] }, "!", "potbridge: the browser's storage failed"],
    [{ missing: true }, "!", "potbridge: a permission is missing"],
    [{ problems: ["storage-failed", "not-loaded"] }, "!", "potbridge: the extension is damaged"],
  ]);
  for (const [change, badge, title] of changes) assert.deepEqual(show(change), [badge, title]);
  const mended = { problems: [], missing: false, host: /** @type {const} */ ("ready"), failed: [], troubled: false };
  assert.deepEqual(show(mended), ["||", "potbridge: paused"]);
  assert.deepEqual(show({ paused: false, asking: false, fetching: false, running: 0 }), ["", "potbridge: working"]);
});

test("a fault is red, and the icon is grey without a host", () => {
  show({ host: "ready", failed: ["/srv/.env"] });
  assert.deepEqual([action.color, action.icon], [BAD, ON]);
  show({ failed: [], running: 1 });
  assert.deepEqual([action.color, action.icon], [PLAIN, ON]);
  show({ host: "absent" });
  assert.deepEqual([action.badge, action.icon], ["", OFF]);
  show({ host: "ready" });
  assert.equal(action.icon, ON);
  for (const icon of [ON, OFF]) assert.ok(existsSync(new URL(`.${icon}`, import.meta.url)), icon);
});

test("an expired token is amber in its own tab, until it is renewed", () => {
  show({ host: "ready", tabs: [7], expired: [7] });
  const tab = () => action.tabs.get(7);
  assert.deepEqual([action.badge, tab()?.badge, tab()?.color], ["", "!", OLD]);
  assert.equal(tab()?.title, "potbridge: the token of this video has probably expired");
  show({ running: 1 });
  assert.deepEqual([action.badge, tab()?.badge], ["1", "!"]);
  show({ expired: [] });
  assert.deepEqual([tab()?.badge, tab()?.color], ["1", PLAIN]);
});

test("what is worse than an expired token is said in its tab too", () => {
  show({ host: "ready", tabs: [7], expired: [7], asking: true });
  assert.deepEqual([action.tabs.get(7)?.badge, action.tabs.get(7)?.color, action.color], ["?", OLD, OLD]);
  show({ asking: false });
  show({ host: "ready", tabs: [7], expired: [7], failed: ["/srv/.env"] });
  assert.deepEqual([action.tabs.get(7)?.badge, action.tabs.get(7)?.color], ["!", BAD]);
  show({ host: "absent" });
  assert.deepEqual([action.tabs.get(7)?.badge, action.tabs.get(7)?.icon], ["", OFF]);
});

test("a tab that goes to another page is left to the browser", () => {
  show({ host: "ready", tabs: [7], expired: [7] });
  action.tabs.delete(7);
  module.forgetTab(7);
  show({ running: 1, expired: [] });
  assert.equal(action.tabs.size, 0);
  show({ tabs: [7], expired: [7] });
  assert.equal(action.tabs.get(7)?.badge, "!");
});

test("a button that shows the same is left alone", () => {
  show({ running: 1, host: "ready" });
  action.title = "as the browser has it";
  assert.deepEqual(show({ running: 1 }), ["1", "as the browser has it"]);
});
