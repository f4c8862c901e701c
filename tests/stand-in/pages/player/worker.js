// The page's dedicated worker: it sends what it is handed, with fetch.
import { send } from "./carry.js";

/** @typedef {{ number: number, body: import("./bodies.js").BodyWord | null, letter: import("./carry.js").Letter }} Asked */
/** @typedef {{ number: number, outcome?: import("./carry.js").Outcome, problem?: string }} Told */

addEventListener("message", (/** @type {MessageEvent<Asked>} */ { data: { number, body, letter } }) => {
  send({ carrier: "fetch", body }, letter).then(
    (outcome) => tell({ number, outcome }),
    (problem) => tell({ number, problem: String(problem) }),
  );
});

/** @param {Told} told */
function tell(told) {
  postMessage(told);
}
