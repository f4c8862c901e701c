// The popup's header: the worst fact in words, and what pauses the capture.

import { getMessage } from "../i18n.js";
import { unwaited } from "../problems.js";
import { captureSettings } from "../storage.js";
import { find, write } from "./element.js";

/** Two bars, and a triangle. */
const [PAUSE, RESUME] = ["M5.5 3v10m5-10v10", "M5 3l7.5 5L5 13z"];

/**
 * `problem` and `trouble`: what stands below it that somebody should see. `isAsking`: whether a question does.
 * @typedef {{
 *   kind: import("../host-port.js").HostState["kind"], paused: boolean,
 *   problem?: import("./problem.js").Problem, trouble: boolean, isAsking: boolean,
 * }} Facts
 */

/**
 * The worst of them. A question is no fault, and yet not "working": a program waits.
 * @param {Facts} facts
 */
export function worstOf({ kind, paused, problem, trouble, isAsking }) {
  if (problem?.isOff) return "off";
  if (problem || trouble) return paused ? "attention_paused" : "attention";
  if (paused) return "paused";
  if (isAsking) return "question";
  return kind === "connecting" ? "connecting" : "working";
}

/**
 * @param {Facts} facts
 */
export function drawHeader(facts) {
  const { kind, paused } = facts;
  const line = find("#host");
  const worst = worstOf(facts);
  line.dataset.kind = paused ? "paused" : kind;
  line.dataset.state = worst;
  write(line, getMessage(`header_${worst}`));
  const button = find("#pause");
  button.querySelector("path")?.setAttribute("d", paused ? RESUME : PAUSE);
  button.title = getMessage(paused ? "resume_why" : "pause_why");
  button.ariaLabel = getMessage(paused ? "resume" : "pause");
  button.onclick = () => unwaited(captureSettings.change({ paused: !paused }));
  const options = find("#options");
  options.title = options.ariaLabel = getMessage("options");
  options.onclick = () => chrome.runtime.openOptionsPage();
}
