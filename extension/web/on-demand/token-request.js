// The messages of wishes. docs/PROTOCOL.md describes them; protocol/ in the source defines them.

/**
 * @typedef {{
 *   type: "wanted", id: string, video_id: string, music: boolean, container?: string, within: number,
 *   asker?: string, anew?: boolean,
 * }} Wanted
 *
 * Why no token can be had.
 * @typedef {"turned-off" | "too-many" | "not-playable" | "login-needed" | "no-token" | "tab-closed" | "cannot-open"} Code
 *
 * What the extension says of wishes: whether it takes them, and that one cannot be fulfilled.
 * @typedef {{type: "wishes", on: boolean}
 *   | {type: "unobtainable", id: string, code: Code, message: string}} ToHost
 *
 * A wish that was told at `since` and is answered until `until`, both in milliseconds since 1970.
 * @typedef {{
 *   id: string, video_id: string, music: boolean, container?: string, asker: string, anew: boolean,
 *   since: number, until: number,
 * }} Wish
 */

export {};
