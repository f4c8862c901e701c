import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { fieldReport } from "./field-report.js";

/** @type {import("../field-report.js").FieldReportState} What the background script answers. */
let report;
/** @type {string[]} What it was asked. */
let asked;
/** @type {string[]} */
let copied;
/** @type {import("../../testing/fake-dom.js").FakeElement} */
let section;

beforeEach(async () => {
  [asked, copied] = [[], []];
  report = { until: null, count: 0, text: "" };
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  installChrome({
    runtime: {
      sendMessage: async (/** @type {{type: string, action: string}} */ { type, action }) => {
        assert.equal(type, "field-report");
        asked.push(action);
        return { ...report };
      },
    },
  });
  Object.defineProperty(globalThis, "navigator", {
    value: { clipboard: { writeText: async (/** @type {string} */ text) => copied.push(text) } },
    configurable: true,
  });
  installDocument();
  section = /** @type {any} */ (fieldReport());
  await settle();
});

/**
 * @param {string} selector
 */
function find(selector) {
  const found = section.querySelector(selector);
  assert.ok(found, selector);
  return found;
}

async function second() {
  mock.timers.tick(1000);
  await settle();
}

async function switchOn() {
  report = { until: Date.now() + 60_000, count: 0, text: "" };
  find("[name=collect]").checked = true;
  find("[name=collect]").emit("change");
  await settle();
}

test("it is off and empty at first, and then not looked for", async () => {
  assert.deepEqual([find("[name=collect]").checked, find("pre").hidden, find(".buttons").hidden], [false, true, true]);
  await second();
  assert.deepEqual(asked, ["look"]);
});

test("while it is on, what is collected is shown as it comes", async () => {
  await switchOn();
  assert.match(find("[role=status]").textContent, /^Collecting until .*\. Requests: 0/);
  report = { ...report, count: 3, text: "three shapes" };
  await second();
  assert.deepEqual(asked, ["look", "start", "look"]);
  assert.equal(find("pre").textContent, "three shapes");
  assert.match(find("[role=status]").textContent, /Requests: 3/);
});

test("it is shown when it has turned itself off, and asked for no more", async () => {
  await switchOn();
  report = { until: null, count: 3, text: "three shapes" };
  await second();
  await second();
  assert.deepEqual([find("[name=collect]").checked, asked.length], [false, 3]);
  assert.match(find("[role=status]").textContent, /^Requests collected: 3/);
});

test("exactly what is shown is copied", async () => {
  report = { until: null, count: 1, text: "shown" };
  find("[name=collect]").emit("change");
  await settle();
  report = { until: null, count: 2, text: "newer, and not shown yet" };
  find("[name=copy]").click();
  await settle();
  assert.deepEqual([copied, find("[name=copy]").textContent], [["shown"], "Copied"]);
  find("[name=collect]").emit("change");
  await settle();
  assert.equal(find("[name=copy]").textContent, "Copy the report");
});

test("it can be cleared and switched off", async () => {
  await switchOn();
  find("[name=clear]").click();
  await settle();
  find("[name=collect]").checked = false;
  find("[name=collect]").emit("change");
  await settle();
  assert.deepEqual(asked, ["look", "start", "clear", "stop"]);
});
