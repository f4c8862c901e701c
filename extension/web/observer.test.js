import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { beforeEach, test } from "node:test";
import { installChrome } from "../testing/fake-chrome.js";

/** In place of what wasm-bindgen makes, which is there only after a build. */
const WASM = `
  export const calls = [];
  export default async ({ module_or_path }) => void calls.push(["init", module_or_path]);
  export const mediaFields = () => '{"apart":["cpn","pot"],"counting":"rn"}';
  export const pageOf = (address) => (address.includes("v=") ? '{"video_id":"v1","music":false}' : undefined);
  export class Observer {
    constructor(...args) { calls.push(["new", ...args]); }
    recall(entry) { calls.push(["recall", JSON.parse(entry).id]); }
  }
`;
const FAKE = `data:text/javascript,${encodeURIComponent(WASM)}`;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "./wasm/observe.js" ? { url: FAKE, shortCircuit: true } : next(specifier, context),
});

/** @type {any[]} */
let calls;
/** @type {typeof import("./observer.js").loadObserver} */
let loadObserver;
/** @type {ReturnType<typeof installChrome>} */
let chrome;

beforeEach(async () => {
  chrome = installChrome();
  ({ calls } = await import(FAKE));
  ({ loadObserver } = await import("./observer.js"));
  calls.length = 0;
});

/**
 * @param {string} id
 */
function entry(id) {
  return /** @type {any} */ ({ id });
}

test("wasm begins with the profile's name and the counts of before", async () => {
  await chrome.storage.local.set({ profile: "p1" });
  await chrome.storage.session.set({ counters: { cold_start: 1, fallback: 2, malformed: 3, unreadable: 4 } });
  await loadObserver([]);
  const [init, made] = calls;
  assert.deepEqual(init, ["init", "chrome-extension://abcdef/wasm/observe_bg.wasm"]);
  assert.deepEqual(made.slice(2), [1, 2, 3, 4]);
  assert.equal(typeof made[1], "string");
});

test("a browser that was just started has counted nothing", async () => {
  await loadObserver([]);
  assert.deepEqual(calls.find(([what]) => what === "new").slice(2), [0, 0, 0, 0]);
});

test("a storage that fails costs the counts and nothing else", async () => {
  chrome.storage.session.fails = true;
  await loadObserver([]);
  assert.deepEqual(calls.find(([what]) => what === "new").slice(2), [0, 0, 0, 0]);
});

test("what an earlier script stored is taken up in its order", async () => {
  await loadObserver([entry("1"), entry("2")]);
  assert.deepEqual(
    calls.filter(([what]) => what === "recall").map(([, id]) => id),
    ["1", "2"],
  );
});

test("what wasm says of addresses is read", async () => {
  const { mediaFields, pageOf } = await loadObserver([]);
  assert.deepEqual(mediaFields, { apart: ["cpn", "pot"], counting: "rn" });
  assert.deepEqual(pageOf("https://www.youtube.com/watch?v=v1"), { video_id: "v1", music: false });
  assert.equal(pageOf("https://www.youtube.com/"), undefined);
});
