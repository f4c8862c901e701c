// Wishes, in the background script: a program on this computer asks for the token of a video, and the user's own
// browser opens it for a moment, where nobody looks and listens.

import { say, sayTime } from "../i18n.js";
import { Asked } from "./history.js";
import { fulfils } from "./matches.js";
import { Line } from "./queue.js";
import { Quota } from "./limits.js";
import { ofPage, Refusal } from "./token-request-error.js";
import { onSettings, settings } from "./settings.js";

/** @typedef {import("./token-request.js").Wish} Wish */

/** An answer is given so long before nobody waits for it any more. */
const MARGIN_MS = 300;

/**
 * @param {import("../feature.js").Bridge} bridge
 * @returns {import("../feature.js").BackgroundFeature}
 */
export function onDemand(bridge) {
  const asked = new Asked(bridge.show);
  const quota = new Quota();
  const loaded = Promise.all([asked.load(), quota.load()]);
  const line = new Line({
    expectTokens: bridge.expectTokens,
    fulfilled: (wish) => asked.end(wish, "captured"),
    refused: refuse,
  });
  let ready = false;
  /** @type {boolean | undefined} What the host was told. */
  let told;
  /** Counts the ports: a wish that came over an earlier one is nobody's any more. */
  let port = 0;

  onSettings(() => void tell());

  /** Tells the host whether wishes are taken. */
  async function tell() {
    const { asking } = await settings();
    if (!ready || told === asking) return;
    told = asking;
    /** @type {import("./token-request.js").ToHost} */
    const message = { type: "wishes", on: asking };
    bridge.post(message);
    if (!asking) line.refuse(turnedOff());
  }

  /**
   * @param {Wish} wish
   */
  async function take(wish) {
    const over = port;
    const [{ asking, limit }, tokens] = await Promise.all([settings(), bridge.tokens(), loaded]);
    if (over !== port) return;
    asked.add(wish);
    const there = tokens.filter((token) => token.label.fresh_until > Date.now() && fulfils(token, wish));
    if (!asking) refuse(wish, turnedOff());
    else if (there.length > 0) {
      for (const { id } of there) bridge.resend(id);
      asked.end(wish, "captured");
    } else if (line.joins(wish)) line.join(wish);
    else {
      const free = quota.take(limit);
      if (free === undefined) line.join(wish);
      else refuse(wish, new Refusal("too-many", say("wish_too_many", String(limit), sayTime(free))));
    }
  }

  /**
   * @param {Wish} wish
   * @param {Refusal} refusal
   */
  function refuse(wish, { code, message }) {
    /** @type {import("./token-request.js").ToHost} */
    const unobtainable = { type: "unobtainable", id: wish.id, code, message };
    bridge.post(unobtainable);
    asked.end(wish, code, message);
  }

  return {
    onReady() {
      ready = true;
      told = undefined;
      void tell();
    },

    onLost() {
      ready = false;
      port += 1;
      for (const wish of line.drop()) asked.end(wish, "lost");
    },

    onHostMessage(heard) {
      if (heard.type === "wanted") void take(wishOf(/** @type {import("./token-request.js").Wanted} */ (heard)));
    },

    onToken(token) {
      line.token(token);
    },

    onPageRefusal(refusal, { tab, url }) {
      if (tab?.id === undefined || url === undefined) return;
      line.pageRefused(tab.id, url, (videoId) => ofPage(videoId, refusal));
    },
  };
}

/**
 * A host that says neither who asks nor how new the token must be is an older one, whose downloads want a new one.
 * @param {import("./token-request.js").Wanted} wanted
 * @returns {Wish}
 */
function wishOf({ id, video_id, music, container, within, asker = "download", anew = true }) {
  const since = Date.now();
  return { id, video_id, music, container, asker, anew, since, until: since + Math.max(0, within - MARGIN_MS) };
}

function turnedOff() {
  return new Refusal("turned-off", say("wish_turned_off"));
}
