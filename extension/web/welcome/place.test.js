import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { CHOICES, PlaceChoices, placeState } from "./place.js";

const ENV = { kind: "env-file", place: "/srv/.env" };

before(() => {
  installChrome();
  installDocument();
});

/**
 * @param {Partial<Parameters<typeof placeState>[0]>} known
 */
function state(known) {
  const { kind, text } = placeState({ sinks: [], requests: [], isReady: true, ...known });
  return `${kind}: ${text}`;
}

test("a place that is set up ticks it, whatever was chosen", () => {
  for (const choice of [undefined, ...CHOICES.filter((choice) => choice !== "copy")]) {
    assert.equal(state({ sinks: [ENV], choice }), "done: Tokens are saved in /srv/.env.");
  }
  assert.equal(state({ sinks: [ENV, ENV] }), "done: Tokens are saved in /srv/.env. · More places: 1");
  assert.equal(state({ sinks: [{ kind: "keyring", place: "potbridge" }] }), "done: Tokens are saved in the keyring.");
});

test("a program that asks is known only once it has asked", () => {
  assert.match(state({ choice: "yt_dlp" }), /^open: It has not asked yet/);
  assert.match(state({ choice: "yt_dlp", requests: [{ client: "serve" }] }), /^open: It has not asked yet/);
  assert.equal(state({ choice: "yt_dlp", requests: [{ client: "yt-dlp" }] }), "done: yt-dlp has asked for a token.");
  assert.match(state({ choice: "serve", requests: [{ client: "serve" }] }), /^done: A program has asked/);
});

test("who only copies has nothing to set up", () => {
  assert.equal(state({ choice: "copy", isReady: false }), "done: You copy tokens from the popup.");
});

test("without a choice, a place or a helper program it says what is missing", () => {
  assert.equal(state({}), "open: Choose what you use.");
  assert.equal(state({ choice: "env" }), "open: No place is set up yet.");
  assert.equal(state({ choice: "env", isReady: false }), "open: This waits for the helper program.");
});

test("what is to be done for the chosen one is shown, and for no other", () => {
  /** @type {string[]} */
  const chosen = [];
  const place = document.createElement("div");
  const choices = new PlaceChoices(place, (choice) => chosen.push(choice));
  const shown = () => [...place.querySelectorAll(".how")].map((how) => /** @type {HTMLElement} */ (how).hidden);
  choices.draw(undefined, false);
  assert.deepEqual(shown(), [true, true, true, true]);
  choices.draw("env", false);
  assert.deepEqual(shown(), [true, true, false, true]);
  const [input] = place.querySelectorAll("input");
  /** @type {any} */ (input).emit("change");
  assert.deepEqual(chosen, ["yt_dlp"]);
});

test("who has a place and chose nothing need not look at the choices", () => {
  const place = document.createElement("div");
  const choices = new PlaceChoices(place, () => {});
  const fold = /** @type {HTMLDetailsElement} */ (place.querySelector("details"));
  const folds = () => [fold.dataset.folds, fold.open];
  choices.draw(undefined, true);
  assert.deepEqual(folds(), ["true", false]);
  fold.open = true;
  choices.draw(undefined, true);
  assert.deepEqual(folds(), ["true", true]);
  choices.draw("serve", true);
  assert.deepEqual(folds(), ["false", true]);
});
