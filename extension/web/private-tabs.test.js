import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome, settle } from "../testing/fake-chrome.js";
import { PrivateTabs } from "./private-tabs.js";

/** @type {any[]} The windows that are open at the start. */
let open;
let closed = 0;
/** @type {Record<"onCreated" | "onRemoved", FakeEvent>} */
let tabs;
/** @type {Record<"onCreated" | "onRemoved", FakeEvent>} */
let windows;

beforeEach(() => {
  [open, closed] = [[{ id: 1, incognito: false, tabs: [{ id: 10, incognito: false }] }], 0];
  tabs = { onCreated: new FakeEvent(), onRemoved: new FakeEvent() };
  windows = { onCreated: new FakeEvent(), onRemoved: new FakeEvent() };
});

/** As in a browser where `tabs.get` knows these tabs. */
function begin(/** @type {Record<number, boolean>} */ known = {}) {
  installChrome({
    tabs: {
      ...tabs,
      get: async (/** @type {number} */ id) => {
        if (!(id in known)) throw new Error(`No tab with id: ${id}.`);
        return { id, incognito: known[id] };
      },
    },
    windows: {
      ...windows,
      getAll: async () => {
        if (open.length === 0) throw new Error("No window.");
        return open;
      },
    },
  });
  return new PrivateTabs(() => (closed += 1));
}

const PRIVATE_WINDOW = { id: 2, incognito: true, tabs: [{ id: 20, incognito: true }] };

test("Firefox says it of each request", () => {
  const known = begin();
  assert.equal(known.isPrivate({ tabId: 99, incognito: true }), true);
  assert.equal(known.isPrivate({ tabId: -1, incognito: false }), false);
});

test("a tab that is open at the start is known", async () => {
  open.push(PRIVATE_WINDOW);
  const known = begin();
  await settle();
  assert.equal(known.isPrivate({ tabId: 10 }), false);
  assert.equal(known.isPrivate({ tabId: 20 }), true);
});

test("a tab that is opened later is known at once", async () => {
  const known = begin();
  tabs.onCreated.emit({ id: 30, incognito: true });
  tabs.onCreated.emit({ id: 31, incognito: false });
  assert.equal(known.isPrivate({ tabId: 30 }), true);
  assert.equal(known.isPrivate({ tabId: 31 }), false);
});

test("a tab that is not known is looked up, and remembered", async () => {
  const known = begin({ 40: false, 41: true });
  assert.equal(await known.isPrivate({ tabId: 40 }), false);
  assert.equal(await known.isPrivate({ tabId: 41 }), true);
  assert.equal(known.isPrivate({ tabId: 40 }), false);
});

test("what cannot be known counts as private", async () => {
  const known = begin();
  tabs.onRemoved.emit(50);
  assert.equal(await known.isPrivate({ tabId: 50 }), true);
});

test("a closed tab is known for a minute", async () => {
  mock.timers.enable({ apis: ["Date"] });
  try {
    const known = begin();
    tabs.onCreated.emit({ id: 50, incognito: false });
    tabs.onCreated.emit({ id: 51, incognito: true });
    for (const id of [50, 51]) tabs.onRemoved.emit(id);
    mock.timers.tick(59_999);
    assert.equal(await known.isPrivate({ tabId: 50 }), false);
    assert.equal(await known.isPrivate({ tabId: 51 }), true);
    mock.timers.tick(1);
    assert.equal(await known.isPrivate({ tabId: 50 }), true);
  } finally {
    mock.timers.reset();
  }
});

test("only so many closed tabs are known", async () => {
  const known = begin();
  for (let id = 100; id <= 200; id += 1) {
    tabs.onCreated.emit({ id, incognito: false });
    tabs.onRemoved.emit(id);
  }
  assert.equal(await known.isPrivate({ tabId: 100 }), true);
  assert.equal(await known.isPrivate({ tabId: 101 }), false);
});

test("a tab that is closed while it is looked up is known if its window was told of", async () => {
  open.push(PRIVATE_WINDOW);
  const known = begin();
  const isPrivate = known.isPrivate({ tabId: 10 });
  await settle();
  assert.equal(await isPrivate, false);
});

test("a request without a tab is private while a private window is open", async () => {
  open.push(PRIVATE_WINDOW);
  const known = begin();
  assert.equal(await known.isPrivate({ tabId: -1 }), true, "before the windows are known");
  windows.onRemoved.emit(2);
  assert.equal(known.isPrivate({ tabId: -1 }), false);
  windows.onCreated.emit({ id: 3, incognito: true });
  assert.equal(known.isPrivate({ tabId: -1 }), true);
});

test("the last private window's end is told once", async () => {
  open.push(PRIVATE_WINDOW);
  begin();
  await settle();
  windows.onCreated.emit({ id: 3, incognito: true });
  windows.onCreated.emit({ id: 4, incognito: false });
  for (const id of [1, 4, 2]) windows.onRemoved.emit(id);
  assert.equal(closed, 0);
  windows.onRemoved.emit(3);
  assert.equal(closed, 1);
});

test("a start without a private window tells that none is open", async () => {
  begin();
  await settle();
  assert.equal(closed, 1);
});

test("a request without a tab is private if the windows cannot be known", async () => {
  open.length = 0;
  const known = begin();
  await settle();
  assert.equal(await known.isPrivate({ tabId: -1 }), true);
  assert.equal(closed, 0);
});
