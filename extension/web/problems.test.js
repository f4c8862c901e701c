import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../testing/fake-chrome.js";
import { problems as stored } from "./storage.js";

/** @type {import("../testing/fake-chrome.js").FakeStorageArea} */
let session;
/** @type {typeof import("./problems.js")} */
let problems;
/** @type {unknown[][]} */
let logged;
let script = 0;

beforeEach(async () => {
  session = installChrome().storage.session;
  logged = [];
  mock.method(console, "error", (/** @type {unknown[]} */ ...words) => logged.push(words));
  // Each test is a start of the background script.
  problems = await import(`./problems.js?${++script}`);
});

test("a problem has a code and words for people, and is logged", async () => {
  problems.report("not-loaded", new Error("CompileError"));
  await settle();
  const [problem] = await stored.get();
  assert.equal(problem.code, "not-loaded");
  assert.match(problem.message, /: CompileError$/);
  assert.notEqual(problem.hint, "");
  assert.deepEqual(problems.knownProblems(), [problem]);
  assert.match(String(logged[0][0]), /not-loaded/);
});

test("a call that fails gives the other value, and is reported once", async () => {
  assert.equal(await problems.orElse(Promise.resolve(1), 2), 1);
  assert.deepEqual(problems.knownProblems(), []);
  for (const reason of ["quota", "disk"]) {
    assert.equal(await problems.orElse(Promise.reject(new Error(reason)), 2), 2);
  }
  assert.deepEqual(
    problems.knownProblems().map(({ code }) => code),
    ["storage-failed"],
  );
  assert.match(problems.knownProblems()[0].message, /quota/);
  assert.equal(logged.length, 2);
});

test("a problem of the storage itself is known without it", async () => {
  session.fails = true;
  problems.unwaited(stored.set([]));
  await settle();
  session.fails = false;
  assert.deepEqual(await stored.get(), []);
  assert.deepEqual(
    problems.knownProblems().map(({ code }) => code),
    ["storage-failed"],
  );
});
