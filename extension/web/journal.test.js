import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { Journal } from "./journal.js";
import { journalEntries } from "./storage.js";

const HOUR_MS = 3_600_000;
/** @type {import("../testing/fake-chrome.js").FakeStorageArea} */
let session;
/** @type {string[]} */
let dropped;
/** @type {Journal} */
let journal;

beforeEach(() => {
  session = installChrome().storage.session;
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 100 * HOUR_MS });
  dropped = [];
  journal = new Journal((id) => dropped.push(id));
});

/**
 * @param {number} id
 */
function token(id) {
  const capture = { token: `T${id}`, captured_at: Date.now() };
  return /** @type {any} */ ({ id: String(id), capture, token: { video_id: null, certainty: "guess" } });
}

/**
 * @param {number} id
 */
function playing(id) {
  return /** @type {any} */ ({ id: String(id), playing: { cpn: "c", video_id: "v", at: Date.now() } });
}

/**
 * @param {string} place
 * @param {string} outcome
 */
function sink(place, outcome) {
  return /** @type {any} */ ({ kind: "env-file", place, outcome, at: 1 });
}

/** What the next background script takes up. */
async function load() {
  const next = new Journal(() => {});
  await next.load();
  return next.entries;
}

/**
 * @param {Journal} [of]
 */
function sentIds(of = journal) {
  return of.toSend().map((message) => "id" in message && message.id);
}

test("what waits is sent once for a port, the oldest first", () => {
  journal.add(token(1));
  journal.add(playing(2));
  const at = Date.now();
  assert.deepEqual(journal.toSend(), [
    { type: "captured", id: "1", capture: { token: "T1", captured_at: at } },
    { type: "playing", id: "2", playing: { cpn: "c", video_id: "v", at } },
  ]);
  assert.deepEqual(sentIds(), []);
  journal.portLost();
  assert.deepEqual(sentIds(), ["1", "2"]);
});

test("what the host has stored is sent again only on request", () => {
  journal.add(token(1));
  assert.deepEqual(sentIds(), ["1"]);
  journal.stored("1", [sink("/a", "written")]);
  journal.portLost();
  assert.deepEqual([sentIds(), journal.hasWaiting], [[], false]);
  journal.sendAgain("1");
  journal.sendAgain("9");
  assert.deepEqual([journal.hasWaiting, sentIds()], [true, ["1"]]);
});

test("a playing that is noted stays for the next background script", async () => {
  await journal.save(journal.add(playing(1)));
  journal.toSend();
  journal.noted("1");
  journal.noted("9");
  journal.portLost();
  await settle();
  assert.deepEqual([journal.hasWaiting, sentIds(), dropped], [false, [], []]);
  const [kept] = await load();
  assert.deepEqual([kept.state, kept.playing?.video_id], ["stored", "v"]);
});

test("what the host has is kept for twelve hours", async () => {
  journal.add(token(1));
  journal.add(playing(2));
  journal.add(playing(3));
  journal.stored("1", []);
  journal.noted("2");
  await journal.save(/** @type {any} */ ({ ...playing(3), order: 3, state: "waiting" }));
  await settle();
  mock.timers.tick(12 * HOUR_MS);
  assert.deepEqual(
    (await load()).map(({ id }) => id),
    ["3"],
  );
  journal.add(playing(4));
  assert.deepEqual(dropped, ["1", "2"]);
});

test("the host's video is taken if it is more certain than the one known here", () => {
  journal.add(token(1));
  const info = (/** @type {any} */ video_id, /** @type {any} */ certainty) =>
    /** @type {any} */ ({ video_id, certainty, context: "gvs" });
  assert.equal(journal.learn("9", info("a", "certain")), false);
  const learned = [
    info("a", "guess"),
    info("a", "guess"),
    info("b", "probable"),
    info("c", "probable"),
    info("d", "certain"),
    info("e", "probable"),
  ].map((host) => journal.learn("1", host));
  assert.deepEqual(learned, [true, false, true, false, true, false]);
  assert.deepEqual(journal.update("1", {})?.token, { video_id: "d", certainty: "certain" });
});

test("only a malformed message and a token that YouTube refused are refused for good", async () => {
  for (const number of [1, 2, 3]) journal.add(token(number));
  journal.toSend();
  journal.refused("1", { code: "malformed-message", message: "m" });
  journal.refused("2", { code: "store-unavailable", message: "s", hint: "h" });
  journal.refused("3", { code: "token-refused", message: "t" });
  assert.deepEqual(sentIds(), ["2"]);
  await settle();
  const [first, second, third] = await journalEntries.get();
  assert.deepEqual([first.state, second.state, third.state], ["refused", "waiting", "refused"]);
  assert.deepEqual(second.error, { code: "store-unavailable", message: "s", hint: "h" });
});

test("a slow sink's report takes the place of the earlier one", async () => {
  journal.add(token(1));
  journal.stored("1", [sink("/a", "written"), sink("/b", "pending")]);
  journal.add(playing(2));
  journal.delivered(sink("/b", "failed"));
  await settle();
  const [{ sinks }] = await journalEntries.get();
  assert.deepEqual(sinks, [sink("/a", "written"), sink("/b", "failed")]);
});

test("the newest token is sent again if a sink could not take it", () => {
  journal.add(token(1));
  journal.stored("1", [sink("/a", "failed")]);
  journal.add(token(2));
  journal.stored("2", [sink("/a", "written")]);
  journal.retryFailed();
  assert.equal(journal.hasWaiting, false);
  journal.stored("2", [sink("/a", "failed")]);
  journal.retryFailed();
  assert.deepEqual(sentIds(), ["2"]);
});

test("of more than a hundred of a kind the host's go first", () => {
  for (let id = 1; id <= 100; id += 1) journal.add(token(id));
  journal.stored("50", []);
  for (let id = 101; id <= 200; id += 1) journal.add(playing(id));
  assert.deepEqual(dropped, []);
  journal.add(token(201));
  assert.deepEqual(dropped, ["50"]);
  journal.add(token(202));
  assert.deepEqual(dropped, ["50", "1"]);
  journal.noted("120");
  journal.add(playing(203));
  assert.deepEqual(dropped, ["50", "1", "120"]);
});

test("a storage that fails costs no entry", async () => {
  mock.method(console, "error", () => {});
  session.fails = true;
  await journal.load();
  await journal.save(journal.add(token(1)));
  assert.deepEqual(sentIds(), ["1"]);
});

test("a damaged entry is passed over", async () => {
  await journal.save(journal.add(token(1)));
  Object.assign(session.stored, { "journal/2": null, "journal/3": "x", "journal/4": { id: "4" } });
  assert.deepEqual(
    (await load()).map(({ id }) => id),
    ["1"],
  );
});

test("an entry outlives the script with what was added to it", async () => {
  journal.add(token(1));
  const entry = journal.update("1", { video_id: "v", certainty: "certain" });
  assert.ok(entry);
  await journal.save(entry);
  assert.equal(journal.update("9", { video_id: "v" }), undefined);
  const next = new Journal(() => {});
  await next.load();
  const [loaded] = next.entries;
  assert.deepEqual([loaded.token?.video_id, loaded.order, loaded.state], ["v", 1, "waiting"]);
  assert.deepEqual(sentIds(next), ["1"]);
});

/**
 * @param {any} entry
 */
function privately({ capture, playing, ...more }) {
  const session = { profile: "p", private: true };
  return { ...more, ...(capture && { capture: { ...capture, session } }), ...(playing && { playing: { ...playing, session } }) };
}

test("what private windows brought goes over each port anew", async () => {
  for (const entry of [privately(token(1)), privately(playing(2)), token(3)]) {
    await journal.save(journal.add(entry));
  }
  journal.toSend();
  for (const id of ["1", "3"]) journal.stored(id, []);
  journal.noted("2");
  journal.portLost();
  assert.deepEqual(sentIds(), ["1", "2"]);
  for (const id of ["1", "2"]) journal.stored(id, []);
  await settle();
  const next = new Journal(() => {});
  await next.load();
  assert.deepEqual(sentIds(next), ["1", "2"], "the port of a script ends with it");
});

test("what private windows brought goes with them, from the storage too", async () => {
  for (const entry of [privately(token(1)), privately(playing(2)), token(3), playing(4)]) {
    await journal.save(journal.add(entry));
  }
  journal.dropPrivate();
  await settle();
  assert.deepEqual(dropped, ["1", "2"]);
  assert.deepEqual(
    (await load()).map(({ id }) => id),
    ["3", "4"],
  );
});
