// What the player sent: how its requests are built, for a report of what potbridge does not see. What is copied is shown.

import { formatTime, getMessage } from "../i18n.js";
import { element, write } from "../popup/element.js";

/** @typedef {import("../field-report.js").FieldReportAction} FieldReportAction */
/** @typedef {import("../field-report.js").FieldReportState} FieldReportState */

/** How often it is looked for more while it is on. */
const PERIOD_MS = 1000;

/** The section. */
export function fieldReport() {
  const collect = element("input", { type: "checkbox", name: "collect", "aria-describedby": "field-report-why" });
  const state = element("p", { class: "why", role: "status" });
  const text = element("pre", { tabindex: "0", "aria-label": getMessage("field_report_text"), hidden: true });
  const copy = element("button", { type: "button", name: "copy" });
  const clear = element("button", { type: "button", name: "clear", class: "quiet" }, getMessage("field_report_clear"));
  const buttons = element("p", { class: "buttons", hidden: true }, copy, clear);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  collect.addEventListener("change", () => void act(collect.checked ? "start" : "stop"));
  clear.addEventListener("click", () => void act("clear"));
  copy.addEventListener("click", () => void copyText());
  void act("look");

  /**
   * @param {FieldReportAction} action
   */
  async function act(action) {
    clearTimeout(timer);
    /** @type {FieldReportState} */
    const report = await chrome.runtime.sendMessage({ type: "field-report", action });
    draw(report);
    if (report.until !== null) timer = setTimeout(() => void act("look"), PERIOD_MS);
  }

  /**
   * @param {FieldReportState} report
   */
  function draw(report) {
    collect.checked = report.until !== null;
    write(state, stateOf(report));
    if (text.textContent !== report.text) write(copy, getMessage("field_report_copy"));
    write(text, report.text);
    text.hidden = buttons.hidden = report.text === "";
  }

  /** Exactly what is shown. */
  async function copyText() {
    await navigator.clipboard.writeText(text.textContent ?? "");
    write(copy, getMessage("copied"));
  }

  return element(
    "section",
    { id: "field-report", class: "card", "aria-labelledby": "field-report-heading" },
    element("h2", { id: "field-report-heading" }, getMessage("field_report_heading")),
    element("p", { id: "field-report-why", class: "why" }, getMessage("field_report_why")),
    element("label", {}, collect, getMessage("field_report_collect")),
    state,
    text,
    buttons,
  );
}

/**
 * @param {FieldReportState} report
 */
function stateOf({ until, count }) {
  if (until === null) return count === 0 ? "" : getMessage("field_report_collected", String(count));
  return getMessage("field_report_collecting", String(count), formatTime(until));
}
