// Loads the wasm that reads the requests.

import init, { mediaFields, Observer as Wasm, pageOf } from "./wasm/observe.js";
import { orElse } from "./problems.js";
import { profileName } from "./profile.js";
import * as storage from "./storage.js";

/**
 * @typedef {{wasm: Wasm, mediaFields: MediaFields, pageOf: (address: string) => Page | undefined}} Observer
 *
 * The fields of an address that tell media requests with something new from those without. One that has the same values
 * of `apart` as an earlier one says nothing new in its address. The number in `counting` goes up with each request of a
 * playback; if it goes back, the player has begun anew.
 * @typedef {{apart: string[], counting: string}} MediaFields
 *
 * What the page of an address shows.
 * @typedef {{video_id?: string, list_id?: string, music: boolean}} Page
 *
 * What is new in a request. `ask_page`: the page that made it is to be asked what it shows.
 * @typedef {{
 *   counters?: import("../types/messages.js").Counters, unreadable?: boolean, changes?: Changes, ask_page?: boolean,
 * }} News
 *
 * `entries` are to be stored and sent to the host, `named` are earlier entries whose video is known now, `answered` are
 * the token requests that have their token now.
 * @typedef {{
 *   entries: import("./journal.js").NewEntry[],
 *   named?: {id: string, video_id: string, certainty: import("../types/messages.js").Certainty}[],
 *   answered?: string[],
 * }} Changes
 *
 * The host's token request, as far as it says which token answers it. It came at `since`.
 * @typedef {{
 *   id: string, video_id: string, music: boolean, container?: string, bypass_cache: boolean, since: number,
 * }} OpenRequest
 */

/**
 * @param {import("./journal.js").Entry[]} entries What an earlier background script stored, the oldest first.
 * @returns {Promise<Observer>}
 */
export async function loadObserver(entries) {
  const [profile, counters] = await Promise.all([
    profileName(),
    orElse(storage.counters.get(), undefined),
    init({ module_or_path: chrome.runtime.getURL("wasm/observe_bg.wasm") }),
  ]);
  const { cold_start = 0, fallback = 0, malformed = 0, unreadable = 0 } = counters ?? {};
  const wasm = new Wasm(profile, cold_start, fallback, malformed, unreadable);
  for (const entry of entries) wasm.recall(JSON.stringify(entry));
  return {
    wasm,
    mediaFields: JSON.parse(mediaFields()),
    pageOf(address) {
      const page = pageOf(address);
      return page === undefined ? undefined : JSON.parse(page);
    },
  };
}
