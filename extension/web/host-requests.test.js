import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { settle } from "../testing/fake-chrome.js";
import { HostRequests } from "./host-requests.js";

/** @type {any[]} */
let posted;
let host = { isReady: true, post: (/** @type {any} */ message) => void posted.push(message) };
/** @type {HostRequests} */
let requests;

beforeEach(() => {
  posted = [];
  host = { ...host, isReady: true };
  requests = new HostRequests(host);
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("each request gets the answer with its own name", async () => {
  const answers = ["a", "b"].map((place) => requests.ask({ type: "test-sink", kind: "env-file", place }));
  await settle();
  assert.deepEqual(posted.map(({ type, place }) => [type, place]), [["test-sink", "a"], ["test-sink", "b"]]);
  const [first, second] = posted;
  assert.notEqual(first.id, second.id);
  const tested = (/** @type {any} */ { id, place }) => /** @type {any} */ ({ type: "sink-tested", id, sink: { place } });
  assert.equal(requests.take(tested(second)), true);
  assert.equal(requests.take(tested(first)), true);
  assert.deepEqual((await Promise.all(answers)).map((answer) => /** @type {any} */ (answer).sink.place), ["a", "b"]);
  assert.equal(requests.take(tested(first)), false);
});

test("an error is an answer, and other messages are none", async () => {
  const answer = requests.ask({ type: "diagnose" });
  await settle();
  const error = /** @type {any} */ ({ type: "error", id: posted[0].id, code: "busy", message: "It is busy." });
  for (const other of [{ ...error, id: "3" }, { ...error, id: undefined }, { type: "status", id: posted[0].id }]) {
    assert.equal(requests.take(/** @type {any} */ (other)), false);
  }
  assert.equal(requests.take(error), true);
  assert.equal(await answer, error);
});

test("without a host, or if it goes, that is the answer", async () => {
  const answer = requests.ask({ type: "diagnose" });
  await settle();
  requests.lost();
  assert.equal(/** @type {any} */ (await answer).code, "no-host");
  host.isReady = false;
  assert.equal(/** @type {any} */ (await requests.ask({ type: "diagnose" })).code, "no-host");
  assert.equal(posted.length, 1);
});

test("a host that does not know a request is not waited for without end", async () => {
  const answer = requests.ask({ type: "diagnose" });
  await settle();
  mock.timers.tick(120_000);
  assert.equal(/** @type {any} */ (await answer).code, "no-answer");
});
