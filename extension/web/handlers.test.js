import assert from "node:assert/strict";
import { test } from "node:test";
import { handle } from "./handlers.js";

/** @typedef {{type: "one", value: number} | {type: "two", text: string}} Message */

test("a message goes to the handler of its type, and to no other", () => {
  /** @type {unknown[]} */
  const handled = [];
  /** @type {import("./handlers.js").Handlers<Message>} */
  const handlers = { one: ({ value }) => handled.push(value), two: ({ text }) => handled.push(text) };
  handle(handlers, { type: "two", text: "x" });
  handle(handlers, { type: "one", value: 1 });
  assert.deepEqual(handled, ["x", 1]);
});

test("a message without a handler is skipped", () => {
  /** @type {import("./handlers.js").Handlers<Message>} */
  const handlers = { one: () => assert.fail() };
  handle(handlers, { type: "two", text: "x" });
});

test("a handler gets the other arguments, and its result is returned", () => {
  /** @type {import("./handlers.js").Handlers<Message, [number], string>} */
  const handlers = { one: ({ value }, factor) => `${value * factor}` };
  assert.equal(handle(handlers, { type: "one", value: 3 }, 7), "21");
  assert.equal(handle(handlers, { type: "two", text: "x" }, 7), undefined);
});
