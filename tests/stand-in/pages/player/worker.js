// The page's dedicated worker. It sends requests with fetch.
import { send } from "./send.js";

/** @typedef {{ number: number, body: import("./bodies.js").BodyWord | null, request: import("./send.js").OutgoingRequest }} WorkerRequest */
/** @typedef {{ number: number, answer?: import("./send.js").Answer, problem?: string }} WorkerAnswer */

addEventListener("message", (/** @type {MessageEvent<WorkerRequest>} */ { data: { number, body, request } }) => {
  send({ carrier: "fetch", body }, request).then(
    (answer) => tell({ number, answer }),
    (problem) => tell({ number, problem: String(problem) }),
  );
});

/** @param {WorkerAnswer} told */
function tell(told) {
  postMessage(told);
}
