import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { installChrome, installFirefox } from "../testing/fake-chrome.js";
import { browserProduct, isFirefox } from "./browser-family.js";

const { navigator } = globalThis;

afterEach(() => setNavigator(navigator));

/**
 * @param {unknown} value
 */
function setNavigator(value) {
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
}

test("the family is told by the extension's own address", () => {
  installChrome();
  assert.equal(isFirefox(), false);
  installFirefox();
  assert.equal(isFirefox(), true);
});

for (const [brands, expected] of /** @type {[string[], string | undefined][]} */ ([
  [["Not=A?Brand", "Chromium"], "Chromium/156"],
  [["Google Chrome", "Not;A=Brand", "Chromium"], "Chrome/156"],
  [["Chromium", "Not(A:Brand", "Microsoft Edge"], "Edge/156"],
  [["Bräve Nightly", "Chromium"], "Brve-Nightly/156"],
  [[" Not A;Brand"], undefined],
])) {
  test(`a browser of the brands ${brands.join(", ")} is called ${expected}`, async () => {
    installChrome();
    setNavigator({ userAgentData: { brands: brands.map((brand) => ({ brand, version: "156" })) } });
    assert.equal(await browserProduct(), expected);
  });
}

test("a browser that does not say what it is has no name", async () => {
  installChrome();
  setNavigator({});
  assert.equal(await browserProduct(), undefined);
});

test("Firefox tells its name, or nothing", async () => {
  installFirefox({ runtime: { getBrowserInfo: async () => ({ name: "Firefox", vendor: "Mozilla", version: "140.5.0" }) } });
  assert.equal(await browserProduct(), "Firefox/140.5.0");
  const failing = async () => {
    throw new Error("no");
  };
  installFirefox({ runtime: { getBrowserInfo: failing } });
  assert.equal(await browserProduct(), undefined);
});
