import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { FakeEvent, installChrome, installFirefox, settle } from "../../testing/fake-chrome.js";
import { hiddenTabsFailedAt, onDemandSettings } from "../storage.js";
import { Attempt } from "./attempt.js";
import { pageHidden, TokenRequestError } from "./token-request-error.js";

const START = 1_800_000_000_000;
const IDLE = { hidden: false, plays: false, held: false, paused: false };
const PAUSED = { ...IDLE, held: true, paused: true };

/** @type {string[]} What was opened and closed. */
let log;
/** @type {Set<string>} The methods that open nothing, or throw. */
let missing;
/** @type {Set<string>} */
let broken;
/** @type {TokenRequestError | undefined} Why no window is opened. */
let refusal;
/** @type {Record<number, import("./page-watch.js").PageState | undefined>} What each tab's page is seen to do. */
let pages;
/** @type {import("./opened-tab.js").OpenedTab[]} */
let places;
/** @type {string[]} */
let errors;
/** @type {ReturnType<typeof installChrome>["webRequest"]} */
let webRequest;
/** @type {Attempt} */
let attempt;

const tabs = {
  /**
   * @param {string} method
   */
  async open(method) {
    if (missing.has(method)) return undefined;
    if (method === "window" && refusal) throw refusal;
    if (broken.has(method)) throw new Error(`no ${method}`);
    log.push(`open ${method}`);
    const tab = { parked: 1, tab: 2, window: 3, active: 4 }[method] ?? 0;
    const place = method === "window" ? { tab, window: 30 } : { tab, isActive: method === "active" };
    places.push(place);
    return place;
  },
  /**
   * @param {{tab: number}} opened
   * @param {boolean} park
   */
  async close({ tab }, park) {
    log.push(`close ${tab}${park ? " and park" : ""}`);
  },
  /**
   * @param {{tab: number}} opened
   * @param {string} url
   */
  async openAgain({ tab }, url) {
    log.push(`again ${tab} ${url}`);
  },
  /**
   * @param {{tab: number}} opened
   */
  async show({ tab }) {
    log.push(`show ${tab}`);
  },
  /**
   * @param {{tab: number}} opened
   */
  async raise({ tab }) {
    log.push(`raise ${tab}`);
  },
  /**
   * @param {{tab: number}} opened
   */
  async lower({ tab }) {
    log.push(`lower ${tab}`);
  },
};

beforeEach(() => {
  install(installFirefox);
  [log, errors, missing, broken, pages, places] = [[], [], new Set(["parked"]), new Set(), {}, []];
  refusal = undefined;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
  newAttempt();
});

/**
 * @param {typeof installChrome} browser
 */
function install(browser) {
  const executeScript = async (/** @type {{target: {tabId: number}}} */ { target }) => [{ result: pages[target.tabId] }];
  webRequest = browser({ scripting: { executeScript } }).webRequest;
}

function newAttempt(unattended = false) {
  const video = { id: "v1", url: "https://www.youtube.com/watch?v=v1", container: undefined, unattended };
  attempt = new Attempt(tabs, video, ({ code, message, hint = "" }) => {
    errors.push(`${code}: ${message} ${hint}`);
  });
  attempt.until = START + 30_000;
}

async function open() {
  await attempt.open();
  await settle();
}

/**
 * @param {number} ms
 */
async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

/** A quarter of a second at a time: so often a page is looked at. @param {number} ms */
async function watch(ms) {
  for (let left = ms; left > 0; left -= 250) await pass(Math.min(left, 250));
}

test("a hidden tab is opened if none is parked", async () => {
  await open();
  assert.deepEqual(log, ["open tab"]);
  assert.ok(attempt.isIn(2) && !attempt.isIn(1));
});

test("a window follows a tab that plays nothing in its time", async () => {
  await open();
  await pass(7999);
  assert.deepEqual(log, ["open tab"]);
  await pass(1);
  assert.deepEqual(log, ["open tab", "open window", "close 2"]);
  assert.ok(attempt.isIn(3));
});

test("a method gets a share of the time that is left", async () => {
  attempt.until = START + 6000;
  await open();
  await pass(3000);
  assert.deepEqual(log, ["open tab", "open window", "close 2"]);
});

test("a tab that plays is left to play", async () => {
  pages[2] = { ...IDLE, plays: true };
  await open();
  pages[2] = { ...IDLE, held: true };
  await watch(20_000);
  assert.deepEqual(
    log.filter((line) => !line.startsWith("lower")),
    ["open tab"],
  );
});

test("media requests alone are no playing", async () => {
  pages[2] = IDLE;
  await open();
  webRequest.onBeforeRequest.emit({ requestId: "1", url: "https://a.googlevideo.com/videoplayback" });
  await watch(8000);
  assert.deepEqual(log, ["open tab", "open window", "close 2"]);
});

test("a page that is held back is followed by a window soon", async () => {
  pages[2] = { ...IDLE, held: true };
  await open();
  await watch(1250);
  pages[2] = IDLE;
  await watch(250);
  pages[2] = { ...IDLE, held: true };
  await watch(1500);
  assert.deepEqual(log, ["open tab"]);
  await watch(250);
  assert.deepEqual(log, ["open tab", "open window", "close 2"]);
});

test("a parked tab that plays no more is replaced", async () => {
  install(installChrome);
  missing.clear();
  await open();
  await watch(8000);
  assert.deepEqual(log, ["open parked", "open window", "close 1"]);
});

test("a parked tab that has played has time to begin", async () => {
  missing.clear();
  pages[1] = { ...IDLE, held: true };
  await open();
  places[0].hasPlayed = true;
  await watch(4750);
  assert.deepEqual(log, ["open parked"]);
  await watch(500);
  assert.deepEqual(log, ["open parked", "open tab", "close 1"]);
});

test("a method that cannot open is followed by the next at once", async () => {
  broken.add("tab");
  await open();
  assert.deepEqual(log, ["open window"]);
  assert.deepEqual(errors, []);
});

test("if no method can open, the attempt fails with the last reason", async () => {
  broken.add("tab").add("window");
  await open();
  assert.deepEqual(errors, ["cannot-open: The browser could not open the video in the background: no window "]);
});

test("a tab that is open stays if the next method cannot open", async () => {
  broken.add("window");
  await open();
  await pass(8000);
  assert.deepEqual(log, ["open tab"]);
  assert.deepEqual(errors, []);
  assert.ok(attempt.isIn(2));
});

test("a page that is held back fails at once if no window may be opened", async () => {
  refusal = pageHidden("not-allowed");
  pages[2] = { ...IDLE, held: true };
  await open();
  await watch(2000);
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^page-hidden: Firefox does not play .* in potbridge's options .* own = true/);
});

test("a page that is only slow stays if no window may be opened", async () => {
  refusal = pageHidden("not-allowed");
  await open();
  await watch(20_000);
  assert.deepEqual([errors, log], [[], ["open tab"]]);
});

test("a window that nobody can see fails at once, in words that say what helps", async () => {
  install(installChrome);
  pages[3] = { ...IDLE, hidden: true };
  await open();
  await watch(750);
  assert.deepEqual(errors, []);
  await watch(500);
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^page-hidden: Other windows cover .* Make room .* in potbridge's options .* own = true/);
});

test("a window that is hidden for a moment is left", async () => {
  install(installChrome);
  pages[3] = { ...IDLE, hidden: true };
  await open();
  await watch(750);
  pages[3] = IDLE;
  await watch(10_000);
  assert.deepEqual([errors, log], [[], ["open window"]]);
});

test("a hidden window comes to the front until it plays, if that is allowed", async () => {
  install(installChrome);
  await onDemandSettings.change({ raise: true });
  pages[3] = { ...IDLE, hidden: true };
  await open();
  await watch(1250);
  assert.deepEqual(log, ["open window", "raise 3"]);
  pages[3] = IDLE;
  await watch(500);
  pages[3] = { ...IDLE, plays: true };
  await watch(250);
  assert.deepEqual([log.at(-1), errors], ["lower 3", []]);
  pages[3] = { ...IDLE, hidden: true };
  await watch(10_000);
  assert.ok(!log.slice(2).includes("raise 3"));
});

test("a window does not stay in front for long, and does not come again", async () => {
  install(installChrome);
  await onDemandSettings.change({ raise: true });
  pages[3] = { ...IDLE, hidden: true };
  await open();
  await watch(1250);
  pages[3] = IDLE;
  await watch(5000);
  assert.deepEqual(log, ["open window", "raise 3", "lower 3"]);
  newAttempt();
  pages[3] = { ...IDLE, hidden: true };
  await open();
  await watch(1250);
  assert.match(errors[0], /^page-hidden: .* It came to the front once already/);
});

test("a window whose page was seen to play plays in the background from then on", async () => {
  install(installChrome);
  await open();
  await attempt.close("nothing");
  assert.equal(places[0].hasPlayed, undefined);
  newAttempt();
  pages[3] = { ...IDLE, plays: true };
  await open();
  await attempt.close("nothing");
  assert.equal(places[1].hasPlayed, true);
  assert.deepEqual(
    log.filter((line) => line.startsWith("close")),
    ["close 3", "close 3 and park"],
  );
});

test("a window whose page brought its token stays until it plays", async () => {
  install(installChrome);
  pages[3] = IDLE;
  await open();
  const closed = attempt.close("token");
  await watch(500);
  assert.deepEqual(log, ["open window"]);
  pages[3] = { ...IDLE, plays: true };
  await watch(250);
  await closed;
  assert.deepEqual([log.at(-1), places[0].hasPlayed], ["close 3 and park", true]);
});

test("one that does not play is not waited for", async () => {
  install(installChrome);
  pages[3] = { ...IDLE, hidden: true };
  await open();
  const closed = attempt.close("token");
  await settle();
  await watch(3750);
  await closed;
  assert.deepEqual([log, places[0].hasPlayed, errors], [["open window", "close 3 and park"], undefined, []]);
});

test("after its token a page stays until it has reported what it plays, and is parked", async () => {
  await open();
  const closed = attempt.close("token");
  await settle();
  assert.deepEqual(log, ["open tab"]);
  webRequest.onBeforeRequest.emit({ requestId: "1", url: "https://www.youtube.com/api/stats/playback?docid=v1" });
  webRequest.onResponseStarted.emit({ requestId: "1" });
  await closed;
  assert.deepEqual(log, ["open tab", "close 2 and park"]);
});

for (const result of /** @type {const} */ (["playback-error", "withdrawn"])) {
  test(`a page is parked at once: ${result}`, async () => {
    await open();
    await attempt.close(result);
    assert.deepEqual(log, ["open tab", "close 2 and park"]);
  });
}

test("a page that brought nothing is closed, and no method follows", async () => {
  await open();
  await attempt.close("nothing");
  await pass(30_000);
  assert.deepEqual(log, ["open tab", "close 2"]);
});

test("if all is closed, what plays is too", async () => {
  pages[2] = { ...IDLE, plays: true };
  await open();
  await attempt.close("all-closed");
  assert.equal(log.at(-1), "close 2");
});

test("nothing is watched after the end, nor before the beginning", async () => {
  let looks = 0;
  const executeScript = async () => {
    looks += 1;
    return [];
  };
  webRequest = installFirefox({ scripting: { executeScript } }).webRequest;
  await watch(2000);
  assert.equal(looks, 0);
  await open();
  await watch(1000);
  assert.equal(looks, 5);
  await attempt.close("nothing");
  await watch(2000);
  assert.equal(looks, 5);
  for (const event of Object.values(webRequest)) {
    if (event instanceof FakeEvent) assert.equal(event.listeners.size, 0);
  }
});

test("what opens while the attempt is closed is closed too", async () => {
  const opening = attempt.open();
  const closed = attempt.close("nothing");
  await Promise.all([opening, closed]);
  assert.equal(
    log.filter((line) => line.startsWith("open")).length,
    log.filter((line) => line.startsWith("close")).length,
  );
});

test("a window that brings the token after a tab did not is remembered when the token comes", async () => {
  await open();
  await pass(8000);
  void attempt.close("token");
  await settle();
  assert.equal(await hiddenTabsFailedAt.get(), START + 8000);
});

test("in a browser that nobody looks at a hidden page is an error to nobody, and comes to the front once", async () => {
  newAttempt(true);
  pages[4] = { ...IDLE, hidden: true, held: true };
  await open();
  await watch(20_000);
  assert.deepEqual([log, errors], [["open active", "show 4"], []]);
  pages[4] = IDLE;
  await watch(250);
  pages[4] = { ...IDLE, hidden: true };
  await watch(2000);
  assert.deepEqual(log, ["open active", "show 4", "show 4"]);
});

test("a page that does not play muted either fails, in words that name autoplay", async () => {
  install(installChrome);
  pages[3] = PAUSED;
  await open();
  await watch(3250);
  assert.deepEqual(errors, []);
  await watch(250);
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^cannot-open: .*autoplay setting does not let YouTube play v1 .* Allow autoplay .* own = true/);
});

test("a hidden tab that was never shown is not muted, but followed", async () => {
  pages[2] = { ...PAUSED, hidden: true };
  await open();
  await watch(1750);
  assert.deepEqual([log, errors], [["open tab", "open window", "close 2"], []]);
});

test("a page that moved on to another video fails soon", async () => {
  const get = async () => ({ status: "complete" });
  installFirefox({ tabs: { get }, scripting: { executeScript: async () => [{ result: "another-video" }] } });
  await open();
  await watch(1250);
  assert.deepEqual(errors, []);
  await watch(500);
  assert.deepEqual(errors, ["not-playable: YouTube plays another video instead of v1. "]);
});

for (const [unattended, hint] of /** @type {const} */ ([
  [false, /Open YouTube in that browser/],
  [true, /potbridge browser login/],
])) {
  test(`a page that left the site fails soon, in a browser that is ${unattended ? "not " : ""}looked at`, async () => {
    const executeScript = async () => {
      throw new Error("Cannot access contents of the page.");
    };
    const get = async () => ({ status: "complete" });
    installFirefox({ scripting: { executeScript }, tabs: { get }, permissions: { contains: async () => true } });
    newAttempt(unattended);
    await open();
    await watch(1750);
    assert.equal(errors.length, 1);
    assert.match(errors[0], /^login-needed: YouTube wants consent or a login first\. /);
    assert.match(errors[0], hint);
  });
}

test("a page that is slow to come is waited for in a tab that plays in the background", async () => {
  install(installChrome);
  missing.delete("parked");
  await open();
  places[0].hasPlayed = true;
  pages[1] = undefined;
  await watch(20_000);
  assert.deepEqual(log, ["open parked"]);
  pages[1] = IDLE;
  await watch(8000);
  assert.deepEqual(log, ["open parked", "open window", "close 1"]);
});

test("a page that does not come is loaded again, each time after twice as long, if no other method is left", async () => {
  newAttempt(true);
  pages[4] = undefined;
  await open();
  await watch(7750);
  assert.deepEqual(log, ["open active"]);
  await watch(500);
  const again = "again 4 https://www.youtube.com/watch?v=v1";
  assert.deepEqual(log, ["open active", again]);
  await watch(15_500);
  assert.equal(log.length, 2);
  await watch(500);
  assert.deepEqual(log, ["open active", again, again]);
  pages[4] = IDLE;
  await watch(60_000);
  assert.equal(log.length, 3);
});
