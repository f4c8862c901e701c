// The card of a problem: title, sentence, one button that solves it, and the rest in a fold.

import { getMessage } from "../i18n.js";
import { copyButton, forgetCopied } from "./copy.js";
import { find, isolated, write } from "./element.js";

/** @typedef {import("./problem.js").Problem} Problem */

/** The last problem that was drawn, as text. */
let drawn = "";

/**
 * @param {Problem | undefined} problem
 */
export function drawProblem(problem) {
  const card = find("#problem");
  const text = JSON.stringify(problem ?? null);
  if (text === drawn) return;
  drawn = text;
  card.hidden = problem === undefined;
  if (!problem) return forgetCopied(find("#fix", card));
  const { code, title, command, detail, names = [] } = problem;
  card.dataset.code = code;
  write(find("h2", card), title);
  find(".what", card).replaceChildren(...isolated(problem.text, names));
  const line = find(".command", card);
  line.hidden = command === undefined;
  write(find("code", line), command ?? "");
  drawFix(find("#fix", card), problem);
  const again = find("#again", card);
  again.hidden = !problem.again;
  write(again, getMessage("fix_again"));
  again.onclick = () => void lookAgain(again);
  const fold = find(".detail", card);
  fold.hidden = !detail;
  write(find("summary", fold), getMessage("details"));
  find("p", fold).replaceChildren(...isolated(detail ?? "", names));
}

/**
 * @param {HTMLElement} button
 * @param {Problem} problem
 */
function drawFix(button, { fix, command, missing = [] }) {
  button.dataset.fix = fix;
  if (fix === "copy") return copyButton(button, { text: command, label: getMessage("fix_copy") });
  write(button, getMessage(`fix_${fix}`));
  button.onclick = () => {
    if (fix === "reload") chrome.runtime.reload();
    // Browsers ask the user only within the click.
    else if (fix === "allow") void chrome.permissions.request({ origins: missing });
    else void lookAgain(button);
  };
}

/**
 * Has the background script try again what failed.
 * @param {HTMLElement} button
 */
export async function lookAgain(button) {
  button.setAttribute("aria-busy", "true");
  // Nobody answers if the background script could not start.
  await chrome.runtime.sendMessage({ type: "try-again" }).catch(() => {});
  button.removeAttribute("aria-busy");
}
