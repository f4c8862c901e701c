import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { choosePlayer, readPlayers } from "./players.js";

const [A, B] = ["dQw4w9WgXcQ", "FcRzAdI8R9U"];
const [CPN_A, CPN_B] = ["G3iep-t_Rs_pkoUQ", "AAAAAAAAAAAAAAAA"];

/**
 * A player's element.
 * @param {Record<string, unknown> | undefined} data
 * @param {{classes?: string[], hidden?: boolean, more?: object}} [how]
 */
function player(data, { classes = [], hidden = false, more = {} } = {}) {
  return {
    classList: { contains: (/** @type {string} */ name) => classes.includes(name) },
    checkVisibility: () => !hidden,
    ...(data && { getVideoData: () => data }),
    ...more,
  };
}

/**
 * Runs the function in a page, as the browser does it: from its text.
 * @param {unknown[]} players
 * @param {{isDrawn?: boolean, script?: string}} [page]
 */
function read(players, { isDrawn = true, script = "" } = {}) {
  const document = { querySelectorAll: () => players, documentElement: { checkVisibility: () => isDrawn } };
  const context = createContext({ document });
  runInContext(script, context);
  return runInContext(`(${readPlayers})()`, context);
}

test("a player says its video and its playback", () => {
  assert.equal(read([player({ video_id: A, cpn: CPN_A, title: "x" })]), `${A} ${CPN_A}  \n`);
  assert.equal(read([player({ video_id: A })]), `${A}   \n`);
});

test("an advertisement is told, by class or by state", () => {
  for (const how of [
    { classes: ["ad-showing"] },
    { classes: ["ad-interrupting"] },
    { more: { getAdState: () => 1 } },
  ]) {
    assert.equal(read([player({ video_id: A, cpn: CPN_A }, how)]), `${A} ${CPN_A} ad \n`);
  }
  assert.equal(read([player({ video_id: A }, { more: { getAdState: () => -1 } })]), `${A}   \n`);
});

test("players that are empty or not ready say nothing", () => {
  const throwing = player(undefined, {
    more: {
      getVideoData: () => {
        throw new Error("not ready");
      },
    },
  });
  const players = [
    player({}),
    player({ video_id: "" }),
    player({ video_id: 5 }),
    player({ video_id: `${A}x` }),
    player(undefined),
    throwing,
    player({ video_id: B, cpn: "short" }),
  ];
  assert.equal(read(players), `${B}   \n`);
});

test("in a frame that is not drawn a player counts all the same", () => {
  assert.equal(read([player({ video_id: A }, { hidden: true })], { isDrawn: false }), `${A}   \n`);
});

test("without `checkVisibility` an element without a box is hidden", () => {
  const boxes = (/** @type {number} */ number) => ({
    checkVisibility: undefined,
    getClientRects: () => Array(number).fill({}),
  });
  const players = [player({ video_id: A }, { more: boxes(0) }), player({ video_id: B }, { more: boxes(1) })];
  assert.equal(read(players), `${A}   hidden\n${B}   \n`);
});

test("a page that floods or breaks what is called gives a bounded answer", () => {
  const many = Array(1000).fill(player({ video_id: A, cpn: CPN_A }));
  assert.ok(read(many).length <= 12 * 40);
  const huge = player({ video_id: "x".repeat(1_000_000), cpn: CPN_A });
  assert.equal(read([huge]), "");
  assert.equal(read([], { script: "document.querySelectorAll = () => { throw 1 }" }), "");
  assert.equal(read([], { script: "document = undefined" }), "");
  const script = `JSON.stringify = Array.prototype.push = String.prototype.slice = RegExp.prototype.test = () => {
    throw new Error("replaced");
  };`;
  assert.equal(read([player({ video_id: A })], { script }), `${A}   \n`);
});

test("a page's only player counts for each of its requests", () => {
  for (const cpn of [CPN_A, CPN_B, undefined]) {
    assert.deepEqual(choosePlayer(`${A} ${CPN_A}  \n`, cpn), { video_id: A, cpn: CPN_A, ad: false });
    assert.deepEqual(choosePlayer(`${A}  ad \n`, cpn), { video_id: A, ad: true });
  }
});

test("of several players the request's own counts", () => {
  const text = `${A} ${CPN_A}  \n${B} ${CPN_B} ad \n`;
  assert.deepEqual(choosePlayer(text, CPN_A), { video_id: A, cpn: CPN_A, ad: false });
  assert.deepEqual(choosePlayer(text, CPN_B), { video_id: B, cpn: CPN_B, ad: true });
});

test("players that disagree name no other request", () => {
  const other = "CCCCCCCCCCCCCCCC";
  assert.deepEqual(choosePlayer(`${A}   \n${B}   \n`, other), { cpn: "-".repeat(16), ad: false }, "of no playback");
  assert.equal(choosePlayer(`${A}   \n${B} ${CPN_B}  \n`, other)?.cpn, CPN_B, "not the request's");
});

test("players that agree are one", () => {
  assert.equal(choosePlayer(`${A}   \n${A}   \n`, undefined)?.video_id, A);
});

test("any other answer of a page is none", () => {
  for (const answer of [undefined, null, 5, {}, [], "", "x", `${A}`, `${A} ${CPN_A} no\n`, `${A}   \n`.repeat(1000)]) {
    assert.equal(choosePlayer(answer, CPN_A), undefined, String(answer).slice(0, 40));
  }
});
