import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { Places } from "./places.js";

/** @type {ReturnType<typeof installDocument>} */
let page;
/** @type {Places} */
let places;

beforeEach(() => {
  installChrome();
  page = installDocument();
  places = new Places(/** @type {any} */ (page.body));
});

/**
 * The texts in the list and in its fold.
 * @param {string[]} kinds
 */
function draw(...kinds) {
  places.draw(kinds.map((kind, index) => ({ kind, text: `${index}` })));
  return page.querySelectorAll("ul").map((list) => list.children.map(({ textContent }) => textContent));
}

test("what failed stands first", () => {
  assert.deepEqual(draw("written", "pending", "failed"), [["2", "1", "0"], []]);
});

test("more than four lines are folded, and said in number", () => {
  assert.deepEqual(draw("written", "written", "written", "written"), [["0", "1", "2", "3"], []]);
  assert.deepEqual(draw("written", "written", "written", "written", "failed"), [["4", "0", "1"], ["2", "3"]]);
  assert.deepEqual([page.querySelector("summary")?.textContent, page.querySelector("details")?.hidden], ["More places: 2", false]);
  assert.deepEqual(draw("written"), [["0"], []]);
  assert.equal(page.querySelector("details")?.hidden, true);
});

test("a line that says the same stays as it is", () => {
  draw("written", "pending");
  const words = page.querySelectorAll(".line");
  draw("written", "written");
  const now = page.querySelectorAll(".line");
  assert.equal(words.filter((line) => now.includes(line)).length, 0, "both moved");
  draw("written", "written");
  assert.deepEqual(page.querySelectorAll(".line"), now);
});
