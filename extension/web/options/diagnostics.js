// Diagnostics: the way of a token step by step, and the report to copy. What is copied is shown.

import { getMessage } from "../i18n.js";
import { element, isolated, write } from "../popup/element.js";
import { lookAgain } from "../popup/problem-card.js";
import { thisBrowser } from "./browser.js";
import { checksOf } from "./checks.js";
import { followFacts, readFacts } from "./facts.js";
import { reportOf } from "./report.js";
import { commandLine, mark, say, section } from "./section.js";

/** @typedef {import("./checks.js").Check} Check */
/** @typedef {import("./checks.js").Diagnosis} Diagnosis */
/** @typedef {import("./facts.js").Facts} Facts */

/** The section. It follows the extension's state; the doctor is asked when somebody presses a button. */
export function diagnostics() {
  const list = element("ol", { class: "checks" });
  const copy = element("button", { type: "button", name: "copy-report" });
  const check = element("button", { type: "button", name: "check", class: "quiet" }, getMessage("options_check"));
  const state = element("p", { class: "why state" });
  const text = element("pre", { tabindex: "0", dir: "ltr", role: "region", "aria-label": getMessage("field_report_text"), hidden: true });
  /** @type {Map<string, {drawn: string, element: HTMLLIElement}>} By step. */
  const rows = new Map();
  const browser = thisBrowser();
  /** @type {Facts | undefined} */
  let facts;
  /** @type {Diagnosis | undefined} */
  let diagnosis;
  let isBusy = false;

  write(copy, getMessage("options_copy_report"));
  copy.addEventListener("click", () => void copyReport());
  check.addEventListener("click", () => void make());
  followFacts((now) => {
    facts = now;
    void draw();
  });

  async function draw() {
    const { name, system } = await browser;
    if (!facts) return;
    for (const one of checksOf(facts, { name, system }, diagnosis)) drawCheck(one);
  }

  /**
   * @param {Check} one
   */
  function drawCheck(one) {
    const row = rows.get(one.step) ?? { drawn: "", element: element("li", { "data-step": one.step }) };
    rows.set(one.step, row);
    if (row.element.parentNode !== list) list.append(row.element);
    const drawn = JSON.stringify(one);
    if (drawn === row.drawn) return;
    row.drawn = drawn;
    row.element.dataset.how = one.how;
    const had = row.element.contains(document.activeElement);
    row.element.replaceChildren(...partsOf(one, () => make()));
    // What had the focus is gone with the fault.
    if (had) (row.element.querySelector("button") ?? check).focus();
  }

  /** Asks the doctor, and shows the report. */
  async function make() {
    if (isBusy) return;
    isBusy = true;
    setBusy(true);
    tell(getMessage("options_checking"));
    const asked = lookAgain(check);
    // Nobody answers if the background script could not start.
    const answer = await chrome.runtime.sendMessage({ type: "diagnose" }).catch(() => ({ type: "error", code: "no-answer" }));
    await asked;
    diagnosis = answer?.type === "diagnosis" ? answer : undefined;
    const failure = diagnosis ? undefined : { code: answer?.code ?? "no-answer" };
    const [own, privateWindows] = [await browser, await chrome.extension.isAllowedIncognitoAccess()];
    const language = chrome.i18n.getUILanguage();
    facts = await readFacts();
    write(text, reportOf(facts, { browser: own, language, privateWindows, at: Date.now(), diagnosis, failure }));
    text.hidden = false;
    await draw();
    setBusy(false);
    isBusy = false;
    const why = failure?.code === "no-host" ? "options_report_no_host" : "options_report_no_answer";
    tell(getMessage(failure ? why : "options_report_ready"));
  }

  /** The browser copies only soon after a click. A report that took longer waits for another one. */
  async function copyReport() {
    if (isBusy) return;
    if (text.hidden) await make();
    try {
      await navigator.clipboard.writeText(text.textContent ?? "");
      write(copy, getMessage("copied"));
      tell(getMessage("options_report_copied"));
      setTimeout(() => write(copy, getMessage("options_copy_report")), 4000);
    } catch {
      tell(getMessage("options_report_press"));
    }
  }

  /**
   * @param {boolean} busy
   */
  function setBusy(busy) {
    for (const button of [copy, check]) {
      // One that is really disabled would lose the focus.
      if (busy) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  /**
   * @param {string} words
   */
  function tell(words) {
    write(state, words);
    say(words);
  }

  return section(
    "diagnostics",
    getMessage("options_diagnostics"),
    list,
    element("p", { class: "buttons" }, copy, check),
    element("p", { class: "why" }, getMessage("options_report_why")),
    state,
    text,
  );
}

/**
 * @param {Check} check
 * @param {() => Promise<void>} make
 */
function partsOf({ step, how, text, names = [], commands = [], fix, missing = [] }, make) {
  const words = element("div", {}, element("strong", {}, getMessage(`check_step_${step}`)), " ", element("span", {}, ...isolated(text, names)));
  const parts = [mark(how), words];
  const under = element("div", { class: "fix" }, ...commands.map(commandLine));
  if (fix) under.append(fixButton(fix, missing));
  if (step === "yt_dlp" && how === "open" && commands.length === 0) {
    const button = element("button", { type: "button", class: "quiet small", name: "check-yt-dlp" }, getMessage("fix_again"));
    button.addEventListener("click", () => void make());
    under.append(button);
  }
  return under.children.length > 0 ? [...parts, under] : parts;
}

/**
 * @param {"allow" | "reload" | "again"} fix
 * @param {string[]} missing
 */
function fixButton(fix, missing) {
  const quiet = fix === "again" ? "quiet small" : "small";
  const button = element("button", { type: "button", class: quiet, name: "fix", "data-fix": fix }, getMessage(`fix_${fix}`));
  button.addEventListener("click", () => {
    if (fix === "reload") chrome.runtime.reload();
    // Browsers ask the user only within the click.
    else if (fix === "allow") void chrome.permissions.request({ origins: missing });
    else void lookAgain(button);
  });
  return button;
}
