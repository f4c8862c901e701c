import assert from "node:assert/strict";
import { before, test } from "node:test";
import { FakeElement, installDocument } from "../../testing/fake-dom.js";
import { element, isolated, keepFocus, write } from "./element.js";

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

test("names in a text are isolated, wherever they stand", () => {
  const parts = isolated("/a is not /b", ["/b", "/a", "/c"]);
  const plain = /** @type {any[]} */ (parts).map((part) => (part instanceof FakeElement ? [part.name, part.textContent] : part));
  assert.deepEqual(plain, [["bdi", "/a"], " is not ", ["bdi", "/b"]]);
});

test("the focus of a button that goes is taken by one that is there", () => {
  const page = installDocument("<body><section><button></button><button></button></section><button></button></body>");
  const [first, second, outside] = page.querySelectorAll("button");
  first.focus();
  keepFocus(() => void (first.hidden = true));
  assert.equal(page.activeElement, second);
  keepFocus(() => {
    second.hidden = true;
    outside.focus();
  });
  assert.equal(page.activeElement, outside, "what draws moved it");
  second.hidden = false;
  second.focus();
  keepFocus(() => second.parent?.remove());
  assert.equal(page.activeElement, outside);
});
