// What the extension's scripts say to its background script, by `chrome.runtime.sendMessage`.

import type { FieldReportAction } from "../web/field-report.js";
import type { PlaybackError } from "../web/feature.js";
import type { PageFacts } from "../web/page/facts-by-frame.js";

/** From content scripts, which run in YouTube's pages. */
export type PageMessage =
  | { type: "page-facts"; facts: PageFacts }
  /** The page shows another video than before, an advertisement, or neither. */
  | { type: "page-shows-another" }
  | { type: "playback-error"; error: PlaybackError }
  /** A body that was read inside the page, in base64. */
  | { type: "page-hook-body"; url: string; body: string };

/** From the popup and the options page. A feature has messages of its own. */
export type PopupMessage =
  /** Answered by a list of `ExtensionProblem`. */
  | { type: "popup-opened" }
  /** What failed is tried again. Answered, by nothing, once that has begun. */
  | { type: "try-again" }
  /** How it stands with the host is asked anew. Answered, by nothing, at once. */
  | { type: "look-again" }
  /** Answered by a `FieldReportState`. */
  | { type: "field-report"; action: FieldReportAction }
  /** A place of the last `status` is tried. Answered by the host's `sink-tested`, or by a `Failure`. */
  | { type: "test-sink"; kind: string; place: string }
  /** Answered by the host's `diagnosis`, or by a `Failure`. */
  | { type: "diagnose" }
  /** Answered by a `Page`, or by null. */
  | { type: "page-of"; address: string };
