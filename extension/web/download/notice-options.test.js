import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { installChrome, settle } from "../../testing/fake-chrome.js";
import { installDocument } from "../../testing/fake-dom.js";
import { noticeSettings } from "../storage.js";
import { downloadNotices } from "./notice-options.js";

beforeEach(() => {
  installChrome();
  installDocument();
});

test("the downloads that are told of are chosen, at first those that fail", async () => {
  /** @type {import("../../testing/fake-dom.js").FakeElement} */
  const part = /** @type {any} */ (downloadNotices());
  await settle();
  const radios = part.children.flatMap((label) => label.querySelector("input") ?? []);
  const chosen = () => radios.filter(({ checked }) => checked).map(({ value }) => value);
  assert.deepEqual([radios.map(({ value }) => value), chosen()], [["failed", "all", "none"], ["failed"]]);
  radios[1].emit("change");
  await settle();
  assert.deepEqual([await noticeSettings.get(), chosen()], [{ downloads: "all" }, ["all"]]);
});
