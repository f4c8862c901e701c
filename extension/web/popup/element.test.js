import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FakeElement, installDocument } from "../../testing/fake-dom.js";
import { element, write } from "./element.js";

before(() => void installDocument());

test("an element has its attributes, without those that are false", () => {
  const made = element("input", { type: "checkbox", required: true, hidden: false }, "text");
  assert.equal(made.getAttribute("type"), "checkbox");
  assert.equal(made.getAttribute("required"), "");
  assert.equal(made.getAttribute("hidden"), null);
  assert.equal(made.textContent, "text");
});

test("a text that is the same is not set again", () => {
  class Counting extends FakeElement {
    count = 0;
    get textContent() {
      return super.textContent;
    }
    set textContent(text) {
      this.count += 1;
      super.textContent = text;
    }
  }
  const place = new Counting("p");
  for (const text of ["a", "a", "b"]) write(/** @type {any} */ (place), text);
  assert.deepEqual([place.count, place.textContent], [2, "b"]);
});
