import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { onDemandSettings, welcomeChoices } from "../storage.js";
import { ProgramsCard } from "./programs.js";

/** @type {ReturnType<typeof installDocument>} */
let page;
/** @type {ProgramsCard} */
let card;

beforeEach(async () => {
  installChrome();
  page = installDocument('<body><section id="programs"><h2></h2><p class="what"></p><p class="state"></p><p class="buttons"></p></section></body>');
  card = new ProgramsCard();
  await card.draw();
});

/** What can be pressed, and what is said beside it. */
function shown() {
  const buttons = page.querySelectorAll("button").filter(({ hidden }) => !hidden);
  const [state] = page.querySelectorAll(".state");
  return [buttons.map(({ textContent }) => textContent), state.hidden ? "" : state.textContent];
}

/**
 * @param {string} name
 */
async function press(name) {
  page.querySelector(`[name=${name}]`)?.click();
  await settle();
  await card.draw();
}

test("who allows it is asked no more, and what is allowed is said", async () => {
  assert.deepEqual(shown(), [["Allow, 20 an hour", "Not now"], ""]);
  await press("allow");
  assert.deepEqual(await onDemandSettings.get(), { accept: true });
  assert.deepEqual(shown(), [[], "You allowed it in this browser."]);
});

test("who decides later has decided nothing, and may still allow it", async () => {
  await press("later");
  assert.deepEqual([await onDemandSettings.get(), await welcomeChoices.get()], [{}, { decideLater: true }]);
  assert.deepEqual(shown(), [["Allow, 20 an hour"], "Not answered yet: the first program that asks waits for your answer."]);
});

test("who has forbidden it may allow it", async () => {
  await onDemandSettings.change({ accept: false, limit: 7 });
  await card.draw();
  assert.deepEqual(shown(), [["Allow, 7 an hour"], "You turned it off in this browser."]);
});

test("what the settings file says is said, and not asked", async () => {
  for (const [consent, words] of [
    ["given", "Allowed by the settings file. /c.toml"],
    ["refused", "Turned off by the settings file. /c.toml"],
  ]) {
    await card.draw(/** @type {any} */ ({ consent, config: "/c.toml" }));
    assert.deepEqual(shown(), [[], words]);
  }
  await card.draw(/** @type {any} */ ({ consent: "unknown", config: "/c.toml" }));
  assert.deepEqual(shown(), [["Allow, 20 an hour", "Not now"], ""]);
});
