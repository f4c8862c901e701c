// The places that tokens go to: how each is, a test, and the commands that change them.

import { getMessage } from "../i18n.js";
import { element, isolated, write } from "../popup/element.js";
import { heldLines, sinkLines } from "../popup/format.js";
import { problemText, reasonOf } from "../problem-text.js";
import { followFacts } from "./facts.js";
import { commandLine, mark, paragraph, say, section, shellWord } from "./section.js";

/** @typedef {import("../../types/messages.js").SinkState} SinkState */
/** @typedef {import("../../types/messages.js").Status} Status */
/** @typedef {import("../popup/format.js").Line} Line */

/** What adds a place of each kind. */
const ADD = [
  "potbridge sink add env-file /path/to/.env",
  "potbridge sink add keyring",
  "potbridge sink add redis redis://localhost:6379/0",
  "potbridge sink add command -- PROGRAM",
];
/** What the lines of the popup are here. @type {Record<string, Parameters<typeof mark>[0]>} */
const MARKS = { failed: "bad", warning: "warn", pending: "open", waiting: "open" };

/** The section. It follows what the host says of the places. */
export function places() {
  const why = element("p", { class: "why" });
  const list = element("ul", { class: "places" });
  const config = element("div", { class: "config", hidden: true });
  const add = element(
    "details",
    { class: "add" },
    element("summary", {}, getMessage("options_place_add")),
    ...ADD.map(commandLine),
  );
  /** @type {Map<string, Row>} By kind and place. */
  const rows = new Map();
  let shownConfig = "";

  followFacts(({ host, status }) => {
    const isThere = host.kind === "ready" && status !== undefined;
    const sinks = isThere ? status.sinks : [];
    const isUnknown = status?.unknown?.includes("sinks") ?? false;
    write(why, getMessage(whyOf(isThere, isUnknown, sinks.length)));
    // A list without an entry says nothing to people who hear it.
    list.hidden = sinks.length === 0;
    const keys = sinks.map(keyOf);
    for (const [key, row] of rows) {
      if (keys.includes(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    for (const [index, sink] of sinks.entries()) {
      const row = rows.get(keys[index]) ?? new Row(sink);
      rows.set(keys[index], row);
      if (row.element.parentNode !== list) list.append(row.element);
      row.draw(sink, /** @type {Status} */ (status));
    }
    if (isThere && sinks.length === 0 && !isUnknown) add.setAttribute("open", "");
    config.hidden = !isThere;
    if (isThere && status.config !== shownConfig) {
      shownConfig = status.config;
      const text = getMessage("options_place_config", shownConfig);
      config.replaceChildren(paragraph(text, [shownConfig], "why"), commandLine("potbridge config edit"));
    }
  });

  return section("places", getMessage("options_places"), why, list, add, config);
}

/**
 * @param {boolean} isThere
 * @param {boolean} isUnknown
 * @param {number} count
 */
function whyOf(isThere, isUnknown, count) {
  if (!isThere) return "options_places_no_host";
  if (isUnknown) return "options_places_unknown";
  return count === 0 ? "options_places_none" : "options_places_why";
}

/**
 * @param {SinkState} sink
 */
function keyOf({ kind, place }) {
  return `${kind}\n${place}`;
}

/** One place. */
class Row {
  #sink;
  #lines = element("div", { class: "lines" });
  #test = element("button", { type: "button", class: "quiet", name: "test" }, getMessage("options_place_test"));
  #result = element("p", { class: "result", hidden: true });
  #drawn = "";

  /**
   * @param {SinkState} sink
   */
  constructor(sink) {
    const { kind, place } = (this.#sink = sink);
    const name = kind === "keyring" ? getMessage("keyring") : place;
    this.#test.ariaLabel = getMessage("copy_of", getMessage("options_place_test"), name);
    this.#test.addEventListener("click", () => void this.#run());
    this.element = element(
      "li",
      { "data-kind": kind },
      element(
        "div",
        { class: "head" },
        element("p", { class: "name" }, element("bdi", {}, place), " ", element("span", { class: "kind" }, kind)),
        this.#test,
      ),
      this.#lines,
      this.#result,
      element(
        "details",
        {},
        element("summary", {}, getMessage("options_place_change")),
        commandLine(`potbridge sink remove ${shellWord(place)}`),
        commandLine("potbridge config edit"),
      ),
    );
  }

  /**
   * @param {SinkState} sink
   * @param {Status} status
   */
  draw(sink, status) {
    this.#sink = sink;
    const lines = linesOf(sink, status);
    const text = JSON.stringify(lines);
    if (text === this.#drawn) return;
    this.#drawn = text;
    this.#lines.replaceChildren(...lines.map(drawnLine));
  }

  /** Has the host try it. Its state then comes by itself. */
  async #run() {
    if (this.#test.getAttribute("aria-disabled") === "true") return;
    // One that is really disabled would lose the focus.
    this.#test.setAttribute("aria-disabled", "true");
    this.#show("open", getMessage("options_place_testing"));
    const { kind, place } = this.#sink;
    // Nobody answers if the background script could not start.
    const answer = await chrome.runtime
      .sendMessage({ type: "test-sink", kind, place })
      .catch((error) => ({ type: "error", code: "no-answer", message: String(error) }));
    const [how, text] = resultOf(answer);
    this.#show(how, text);
    this.#test.removeAttribute("aria-disabled");
  }

  /**
   * @param {Parameters<typeof mark>[0]} how
   * @param {string} text
   */
  #show(how, text) {
    this.#result.hidden = false;
    this.#result.replaceChildren(mark(how), element("span", {}, ...isolated(text, [this.#sink.place])));
    say(text);
  }
}

/**
 * @param {SinkState} sink
 * @param {Status} status
 * @returns {Line[]}
 */
function linesOf(sink, status) {
  const only = { ...status, sinks: [sink] };
  const lines = sinkLines(undefined, only);
  const held = lines.length > 0 ? lines : heldLines(only);
  return held.length > 0 ? held : [{ kind: "waiting", text: getMessage("options_place_nothing_yet") }];
}

/**
 * @param {Line} line
 */
function drawnLine({ kind, text, names = [], detail }) {
  const words = element("span", {}, ...isolated(text, names));
  const shown = element("p", { "data-outcome": kind }, mark(MARKS[kind] ?? "good"), words);
  if (!detail) return shown;
  const fold = element("details", {}, element("summary", {}, getMessage("details")), paragraph(detail, names));
  return element("div", {}, shown, fold);
}

/**
 * What a test brought, in words.
 * @param {any} answer
 * @returns {[Parameters<typeof mark>[0], string]}
 */
export function resultOf(answer) {
  if (answer?.type !== "sink-tested") return ["bad", failureOf(answer)];
  /** @type {import("../../types/messages.js").SinkReport} */
  const report = answer.sink;
  const warning = report.warnings[0];
  switch (report.outcome) {
    case "failed":
      return ["bad", getMessage("options_test_failed", reasonOf(report) ?? problemText(report))];
    case "written":
      if (warning) return ["warn", getMessage("options_test_warning", reasonOf(warning) ?? problemText(warning))];
      return ["good", getMessage("options_test_written")];
    case "pending":
      return ["open", getMessage("sink_pending", report.place)];
    default:
      return ["good", getMessage("options_test_unchanged")];
  }
}

/**
 * @param {{code?: string, message?: string, hint?: string} | undefined} failure
 */
function failureOf(failure) {
  const { code = "no-answer", message = "", hint } = failure ?? {};
  const text = getMessage(`options_ask_${code.replaceAll("-", "_")}`);
  return text || problemText({ message, hint });
}
