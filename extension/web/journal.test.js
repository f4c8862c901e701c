import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { Journal } from "./journal.js";
import { journalEntries } from "./storage.js";

/** @type {string[]} */
let dropped;
/** @type {Journal} */
let journal;

beforeEach(() => {
  installChrome();
  dropped = [];
  journal = new Journal((id) => dropped.push(id));
});

/**
 * @param {number} id
 */
function token(id) {
  return /** @type {any} */ ({ id: String(id), capture: { token: `T${id}` }, token: { video_id: null } });
}

/**
 * @param {number} id
 */
function playing(id) {
  return /** @type {any} */ ({ id: String(id), playing: { cpn: "c", video_id: "v" } });
}

/**
 * @param {string} place
 * @param {string} outcome
 */
function sink(place, outcome) {
  return /** @type {any} */ ({ kind: "env-file", place, outcome, at: 1 });
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
  assert.deepEqual(journal.toSend(), [
    { type: "captured", id: "1", capture: { token: "T1" } },
    { type: "playing", id: "2", playing: { cpn: "c", video_id: "v" } },
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

test("a playing that is noted is dropped", async () => {
  await journal.save(journal.add(playing(1)));
  journal.noted("1");
  journal.noted("9");
  await settle();
  assert.deepEqual([await journalEntries.get(), dropped, journal.hasWaiting], [[], ["1"], false]);
});

test("only a malformed message is refused for good", async () => {
  journal.add(token(1));
  journal.add(token(2));
  journal.toSend();
  journal.refused("1", { code: "malformed-message", message: "m" });
  journal.refused("2", { code: "store-unavailable", message: "s", hint: "h" });
  assert.deepEqual(sentIds(), ["2"]);
  await settle();
  const [first, second] = await journalEntries.get();
  assert.deepEqual([first.state, second.state], ["refused", "waiting"]);
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

test("of more than a hundred entries the host's go first", () => {
  for (let id = 1; id <= 100; id += 1) journal.add(token(id));
  journal.stored("50", []);
  journal.add(token(101));
  assert.deepEqual(dropped, ["50"]);
  journal.add(token(102));
  assert.deepEqual(dropped, ["50", "1"]);
});

test("an entry outlives the script with what was added to it", async () => {
  journal.add(token(1));
  const entry = journal.update("1", { video_id: "v", certainty: "certain" });
  assert.ok(entry);
  await journal.save(entry);
  assert.equal(journal.update("9", { video_id: "v" }), undefined);
  const next = new Journal(() => {});
  const [loaded] = await next.load();
  assert.deepEqual([loaded.token?.video_id, loaded.order, loaded.state], ["v", 1, "waiting"]);
  assert.deepEqual(sentIds(next), ["1"]);
});
