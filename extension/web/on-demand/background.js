// Token requests, in the background script: a program on this computer requests the token of a video, and the user's
// own browser opens the video for a moment, muted and in the background.

import { handle } from "../handlers.js";
import { formatTime, getMessage } from "../i18n.js";
import { problemText } from "../problem-text.js";
import { orElse } from "../problems.js";
import { onDemandSettings } from "../storage.js";
import { isPrivate } from "./container.js";
import { RequestHistory } from "./history.js";
import { HourlyLimit } from "./limits.js";
import { OpenedTabs } from "./opened-tabs.js";
import { Queue } from "./queue.js";
import { readSettings } from "./settings.js";
import { fromPlaybackError, TokenRequestError } from "./token-request-error.js";
import { tokenRequestFrom } from "./token-request.js";

/** @typedef {import("./token-request.js").TokenRequest} TokenRequest */

/**
 * @param {import("../feature.js").Bridge} bridge
 * @returns {import("../feature.js").BackgroundFeature}
 */
export function onDemand(bridge) {
  const history = new RequestHistory();
  const hourlyLimit = new HourlyLimit();
  const loaded = Promise.all([orElse(history.load(), undefined), orElse(hourlyLimit.load(), undefined)]);
  const tabs = new OpenedTabs((tab) => queue.onTabClosed(tab));
  const queue = new Queue(tabs, {
    expectTokens: bridge.expectTokens,
    captured: (request) => history.end(request, "captured"),
    failed: fail,
  });
  let isReady = false;
  /** @type {boolean | undefined} What the host was told. */
  let told;
  /** Counts the connections: nobody waits for a request that came over an earlier one. */
  let connection = 0;

  onDemandSettings.onChanged(() => void tell());

  /** Tells the host whether token requests are accepted. */
  async function tell() {
    const { accept } = await readSettings();
    if (!isReady || told === accept) return;
    told = accept;
    bridge.post({ type: "accept-token-requests", accept });
    if (!accept) queue.failAll(turnedOff());
  }

  /**
   * @param {TokenRequest} request
   */
  async function take(request) {
    const over = connection;
    const [{ accept, limit }] = await Promise.all([readSettings(), loaded, bridge.ready]);
    if (over !== connection) return;
    history.add(request);
    if (!accept) fail(request, turnedOff());
    else if (bridge.isPaused()) fail(request, paused());
    else if (isPrivate(request.container)) fail(request, privateWindow());
    else if (bridge.requestToken(request)) history.end(request, "captured");
    else if (queue.hasVideoOf(request)) queue.add(request);
    else {
      const free = hourlyLimit.take(limit);
      if (free === undefined) queue.add(request);
      else fail(request, tooMany(limit, free));
    }
  }

  /**
   * @param {TokenRequest} request
   * @param {TokenRequestError} error
   */
  function fail(request, error) {
    const { code, message, hint } = error;
    bridge.dropRequest(request.id);
    bridge.post({ type: "token-request-failed", id: request.id, code, message, hint });
    history.end(request, code, problemText(error));
  }

  /** @type {import("../handlers.js").Handlers<import("../../types/messages.js").FromHost>} */
  const fromHost = {
    "token-request"(message) {
      void take(tokenRequestFrom(message));
    },
  };

  return {
    isBusy() {
      return queue.isBusy || tabs.hasOpen;
    },

    onReady() {
      isReady = true;
      told = undefined;
      void tell();
    },

    onLost() {
      isReady = false;
      connection += 1;
      for (const request of queue.drop()) {
        bridge.dropRequest(request.id);
        history.end(request, "lost");
      }
    },

    onPaused() {
      queue.failAll(paused());
    },

    onHostMessage(message) {
      handle(fromHost, message);
    },

    onAnswered(request) {
      queue.onAnswered(request);
    },

    async onPlaybackError(error, { tab, url }) {
      const page = url === undefined ? undefined : await bridge.pageOf(url);
      if (tab?.id === undefined || page?.video_id === undefined) return;
      queue.onPlaybackError(tab.id, page.video_id, fromPlaybackError(page.video_id, error));
    },
  };
}

function turnedOff() {
  return new TokenRequestError(
    "turned-off",
    getMessage("token_request_turned_off"),
    getMessage("token_request_turned_off_hint"),
  );
}

function paused() {
  return new TokenRequestError(
    "capture-paused",
    getMessage("token_request_paused"),
    getMessage("token_request_paused_hint"),
  );
}

/** The tokens of private windows are nobody else's. */
function privateWindow() {
  return new TokenRequestError("cannot-open", getMessage("token_request_private_window"));
}

/**
 * @param {number} limit
 * @param {number} free From when on one more is allowed.
 */
function tooMany(limit, free) {
  return new TokenRequestError(
    "too-many",
    getMessage("token_request_too_many", String(limit)),
    getMessage("token_request_too_many_hint", formatTime(free)),
  );
}
