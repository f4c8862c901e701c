// Measures, in one engine and in turns, how long wasm and JSON.parse take for the body of a player request.
//
// node observe.mjs GLUE WASM BODIES WARM_UP ROUNDS
//   GLUE, WASM: wasm-bindgen's output; the name of the JavaScript ends in .mjs
//   BODIES: one body a line, as JSON
// Prints JSON: the samples of each contender, in seconds for one body.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { SettledMedia } from "../../../extension/web/settled-media.js";

const URL_OF_PLAYER = "https://www.youtube.com/youtubei/v1/player?prettyPrint=false";
const PAGE = "12/0";
const PROFILE = "c1f4f9a2-3b0e-4a53-9f43-5d7b1f1f8a55";
/** The number of passes over all bodies in one sample, so that it takes some milliseconds. */
const REPEAT = 8;

const [glue, wasm, file, warmUp, rounds] = process.argv.slice(2);
const { initSync, mediaFields, Observer } = await import(pathToFileURL(glue).href);
initSync({ module: readFileSync(wasm) });

const texts = readFileSync(file, "utf8").split("\n").filter((line) => line !== "");
const plain = texts.map((text) => new TextEncoder().encode(text));
const gzip = plain.map((bytes) => new Uint8Array(gzipSync(bytes)));
// Made once, to the peer's advantage.
const decoder = new TextDecoder();

/** A new one for each sample, since an observer reports nothing twice. */
const newObserver = () => new Observer(PROFILE, 0, 0, 0, 0);

/**
 * @param {ReturnType<typeof newObserver>} observer
 * @param {string} url
 * @param {Uint8Array} body
 * @returns {string | undefined}
 */
function observe(observer, url, body) {
  return observer.observe(url, body, Date.now(), PAGE, undefined, false, false);
}

const MEDIA = `https://rr7---sn-ci5gup-b50s.googlevideo.com/videoplayback?expire=1787082035&sabr=1&c=WEB&${"x=0123456789abcdef&".repeat(50)}cpn=G3iep-t_Rs_pkoUQ&cver=2.20260911.01.00&rn=7`;
const NO_BODY = new Uint8Array(0);
const settled = new SettledMedia(JSON.parse(mediaFields()));
const REQUEST = { method: "POST", url: MEDIA };
settled.settle(REQUEST, Infinity);
/** Has observed the media request's playback already, and what it plays. */
const knowing = newObserver();
observe(knowing, "https://www.youtube.com/api/stats/qoe?docid=FcRzAdI8R9U&cpn=G3iep-t_Rs_pkoUQ", NO_BODY);
observe(knowing, `${MEDIA}&pot=${JSON.parse(texts[0]).serviceIntegrityDimensions.poToken}`, NO_BODY);

function isBodyDue() {
  const now = Date.now();
  return knowing.bodyDue(MEDIA, now, undefined, false) <= now;
}

const contenders = {
  observe: () => {
    const observer = newObserver();
    each(plain, (bytes) => observe(observer, URL_OF_PLAYER, bytes));
    observer.free();
  },
  media: () => each(texts, () => settled.isSettled(REQUEST, Date.now())),
  media_when_due: () =>
    each(texts, () => observe(knowing, MEDIA, NO_BODY) ?? isBodyDue()),
  parse: () => each(plain, (bytes) => JSON.parse(decoder.decode(bytes))),
  parse_decoded: () => each(texts, (text) => JSON.parse(text)),
  observe_gzip: () => {
    const observer = newObserver();
    each(gzip, (bytes) => observe(observer, URL_OF_PLAYER, bytes));
    observer.free();
  },
  parse_gzip: () => each(gzip, (bytes) => JSON.parse(decoder.decode(gunzipSync(bytes)))),
};

/** The result of the last body. It is kept, so that no engine can skip the work. */
let last;

/**
 * @template Body
 * @param {Body[]} bodies
 * @param {(body: Body) => unknown} work
 */
function each(bodies, work) {
  for (const body of bodies) last = work(body);
}

if (observe(knowing, MEDIA, NO_BODY) !== undefined || isBodyDue()) {
  throw new Error("there is something new in the media request");
}
for (const bodies of [plain, gzip]) {
  bodies.forEach((bytes, index) => {
    const [seen] = JSON.parse(observe(newObserver(), URL_OF_PLAYER, bytes) ?? "{}").changes?.entries ?? [];
    const { serviceIntegrityDimensions, videoId } = JSON.parse(texts[index]);
    const right = seen?.capture?.token === serviceIntegrityDimensions.poToken && seen?.capture?.binding.video_id === videoId;
    if (!right) throw new Error(`the wasm did not find the token of body ${index}`);
  });
}

/** @type {Record<string, number[]>} */
const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = -Number(warmUp); round < Number(rounds); round += 1) {
  for (const [name, run] of Object.entries(contenders)) {
    const start = process.hrtime.bigint();
    for (let again = 0; again < REPEAT; again += 1) run();
    const spent = Number(process.hrtime.bigint() - start) / 1e9;
    if (round >= 0) samples[name].push(spent / (REPEAT * texts.length));
  }
}
if (last === undefined) throw new Error("nothing was measured");
process.stdout.write(JSON.stringify(samples));
