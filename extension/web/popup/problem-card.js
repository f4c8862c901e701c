// The card of a problem: title, sentence, one button that solves it, and the rest in a fold.

import { openFirstRunPage } from "../first-run.js";
import { getMessage } from "../i18n.js";
import { copyButton, forgetCopied } from "./copy.js";
import { find, isolated, write } from "./element.js";

/** @typedef {import("./problem.js").Problem} Problem */

/** Which step of the first-run page the button leads to. @type {Record<string, import("../first-run.js").Step>} */
const STEPS = { guide: "helper", choose: "place" };

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
  const { code, title, command, fix, detail, names = [] } = problem;
  const isGuided = fix in STEPS;
  card.dataset.code = code;
  write(find("h2", card), title);
  find(".what", card).replaceChildren(...isolated(problem.text, names));
  const line = find(".command", card);
  line.hidden = command === undefined || isGuided;
  write(find("code", line), command ?? "");
  drawFix(find("#fix", card), problem);
  const again = find("#again", card);
  again.hidden = !problem.again;
  write(again, getMessage("fix_again"));
  again.onclick = () => void lookAgain(again);
  drawDetail(find(".detail", card), isGuided ? command : undefined, detail, names);
}

/**
 * What is for those who know what they do: the command, where the button leads to a page that explains it, and somebody else's words.
 * @param {HTMLElement} fold
 * @param {string | undefined} command
 * @param {string} [detail]
 * @param {string[]} [names]
 */
function drawDetail(fold, command, detail = "", names = []) {
  fold.hidden = !command && !detail;
  write(find("summary", fold), getMessage(command ? "using_terminal" : "details"));
  const line = find(".terminal", fold);
  line.hidden = !command;
  write(find("code", line), command ?? "");
  copyButton(find("#copy-line", line), { text: command, label: getMessage("fix_copy") });
  find(".words", fold).replaceChildren(...isolated(detail, names));
}

/**
 * @param {HTMLElement} button
 * @param {Problem} problem
 */
function drawFix(button, { fix, command, missing = [] }) {
  button.dataset.fix = fix;
  if (fix === "copy") return copyButton(button, { text: command, label: getMessage("fix_copy") });
  forgetCopied(button);
  write(button, getMessage(`fix_${fix}`));
  button.onclick = () => {
    if (fix in STEPS) void openFirstRunPage(STEPS[fix]);
    else if (fix === "reload") chrome.runtime.reload();
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
