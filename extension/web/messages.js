// The messages' types. docs/PROTOCOL.md describes them; protocol/ in the source defines them. The messages of a feature
// are in the feature's own folder.

/**
 * @typedef {{code: string, message: string}} Notice
 *
 * @typedef {{placeholder: number, fallback: number, malformed: number, unreadable: number}} Tally
 *
 * @typedef {{
 *   kind: string, place: string, outcome: "written" | "unchanged" | "failed" | "pending",
 *   code?: string, message?: string, warnings?: Notice[], at: number,
 * }} SinkReport
 *
 * @typedef {{
 *   masked: string, video_id: string | null, certainty: string, context: string, client: string | null,
 *   source: string, captured_at: number, fresh_until: number, gone_at: number,
 * }} Label
 *
 * @typedef {{
 *   version: string, config: string, problems?: Notice[],
 *   sinks: {kind: string, place: string, last: SinkReport | null}[],
 *   tokens: Label[], tally: Tally, connected: unknown[],
 * }} Status
 *
 * @typedef {{type: "hello", protocol: number, version: string}
 *   | {type: "stored", id: string, label: Label, sinks: SinkReport[]}
 *   | {type: "delivered", sink: SinkReport}
 *   | {type: "noted", id: string}
 *   | ({type: "status"} & Status)
 *   | ({type: "error", id?: string} & Notice)} FromHost
 *
 * @typedef {{type: "hello", protocol: number, version: string, browser: string, profile: string}
 *   | ({id: string} & Kept)
 *   | {type: "tally", profile: string, tally: Tally}
 *   | {type: "status"}} ToHost
 *
 * @typedef {{type: "captured", capture: import("./feature.js").Captured} | {type: "playing", playing: Playing}} Kept
 *   What the extension keeps until the host has it.
 *
 * @typedef {{cpn: string, video_id: string, session: {container?: string}}} Playing
 */

/** The version of the messages that this extension speaks. */
export const PROTOCOL = 1;
