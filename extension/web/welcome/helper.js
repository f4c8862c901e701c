// The first step: the helper program. How it is got on this system, and what stands in its way.

import { getMessage } from "../i18n.js";
import { element, isolated } from "../popup/element.js";
import { problemOf } from "../popup/problem.js";
import { commandLine } from "./command.js";

/** @typedef {import("../host-port.js").HostState} HostState */
/** @typedef {import("../popup/problem.js").Problem} Problem */

/** The systems that have an archive of their own, in the browser's words and in people's. */
const SYSTEMS = { linux: "Linux", win: "Windows", mac: "macOS" };

/**
 * @param {HostState} host
 * @returns {import("./step.js").StepState}
 */
export function helperState(host) {
  if (host.kind === "ready") return { kind: "done", text: getMessage("welcome_helper_found", host.version) };
  if (host.kind === "connecting") return { kind: "open", text: getMessage("welcome_helper_looking") };
  const problem = problemWith(host);
  if (!problem || problem.code === "host-missing") return { kind: "open", text: getMessage("welcome_helper_missing") };
  return { kind: "trouble", text: problem.title };
}

/**
 * @param {HostState} host
 */
function problemWith(host) {
  return problemOf({ missing: [], own: [], host });
}

/** What is to be done for it. */
export class HelperHelp {
  #place;
  #system;
  #lookAgain;
  #drawn = "";

  /**
   * @param {HTMLElement} place
   * @param {string} system The browser's word for the system that it runs on.
   * @param {() => void} lookAgain
   */
  constructor(place, system, lookAgain) {
    this.#place = place;
    this.#system = system;
    this.#lookAgain = lookAgain;
  }

  /**
   * @param {HostState} host
   */
  draw(host) {
    const problem = problemWith(host);
    const drawn = JSON.stringify(problem ?? null);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#place.hidden = problem === undefined;
    if (!problem) return this.#place.replaceChildren();
    const again = element("button", { type: "button", class: "quiet", name: "again" }, getMessage("fix_again"));
    again.addEventListener("click", () => this.#lookAgain());
    const steps = problem.code === "host-missing" ? howToGet(this.#system) : howToMend(problem);
    this.#place.replaceChildren(
      ...steps,
      element("p", { class: "buttons" }, again, element("span", { class: "soft" }, getMessage("welcome_by_itself"))),
    );
  }
}

/**
 * One line for the archive of this system, and what else there is in a fold. As docs/INSTALL.md says it.
 * @param {string} system
 */
function howToGet(system) {
  const isWindows = system === "win";
  const name = SYSTEMS[/** @type {keyof typeof SYSTEMS} */ (system)] ?? SYSTEMS.linux;
  const others = [
    ...(name === SYSTEMS.linux ? [[getMessage("welcome_helper_debian"), "potbridge-setup install"]] : []),
    [getMessage("welcome_helper_source"), "cargo setup install"],
  ];
  return [
    element("p", {}, getMessage("welcome_helper_archive", name)),
    commandLine(isWindows ? ".\\potbridge-setup.exe install" : "./potbridge-setup install"),
    element(
      "details",
      {},
      element("summary", {}, getMessage("welcome_helper_others")),
      ...others.flatMap(([label, command]) => [element("p", {}, label), commandLine(command)]),
    ),
  ];
}

/**
 * @param {Problem} problem
 */
function howToMend({ text, names = [], command, detail, fix }) {
  const reload = element("button", { type: "button", name: "reload" }, getMessage("fix_reload"));
  reload.addEventListener("click", () => chrome.runtime.reload());
  return [
    element("p", {}, ...isolated(text, names)),
    ...(command ? [commandLine(command)] : []),
    ...(fix === "reload" ? [element("p", { class: "buttons" }, reload)] : []),
    ...(detail
      ? [element("details", {}, element("summary", {}, getMessage("details")), element("p", { dir: "auto" }, detail))]
      : []),
  ];
}
