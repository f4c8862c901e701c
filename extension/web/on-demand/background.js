// Token requests, in the background script: a program on this computer requests the token of a video, and the user's
// own browser opens the video for a moment, muted and in the background. In a browser that nobody looks at it opens it in
// front, and nobody has to be asked.

import { showOnAction } from "../action.js";
import { handle } from "../handlers.js";
import { formatTime } from "../i18n.js";
import { orElse } from "../problems.js";
import { onDemandSettings } from "../storage.js";
import { isPrivate } from "./container.js";
import { Covered } from "./covered.js";
import { inBoth, loadEnglish } from "./english.js";
import { RequestHistory } from "./history.js";
import { HourlyLimit } from "./limits.js";
import { OpenedTabs } from "./opened-tabs.js";
import { Queue } from "./queue.js";
import { readSettings } from "./settings.js";
import { fromPlaybackError, TokenRequestError } from "./token-request-error.js";
import { requestOfUser, tokenRequestFrom, USER } from "./token-request.js";

/** @typedef {import("./token-request.js").TokenRequest} TokenRequest */

/** The most videos that are opened in an hour in a browser that nobody looks at. */
const UNATTENDED_LIMIT = 600;

/**
 * @param {import("../feature.js").Bridge} bridge
 * @returns {import("../feature.js").BackgroundFeature}
 */
export function onDemand(bridge) {
  const history = new RequestHistory((fetching) => showOnAction({ fetching }));
  const hourlyLimit = new HourlyLimit();
  const covered = new Covered();
  const loaded = Promise.all([orElse(history.load(), undefined), orElse(hourlyLimit.load(), undefined)]);
  const tabs = new OpenedTabs((tab) => queue.onTabClosed(tab));
  const queue = new Queue(tabs, {
    isUnattended: () => isUnattended,
    expectTokens: bridge.expectTokens,
    captured: (request) => history.end(request, "captured"),
    failed(request, error) {
      if (error.stopsAll) covered.remember(error);
      fail(request, error);
    },
  });
  let isReady = false;
  /** Whether the host said that nobody looks at this browser. */
  let isUnattended = false;
  /** The requests of which it is not known yet whether they are accepted, and those of them that were withdrawn. */
  const taking = new Set();
  const withdrawn = new Set();
  /** @type {boolean | undefined} What the host was told. */
  let told;
  /** Counts the connections: nobody waits for a request that came over an earlier one. */
  let connection = 0;

  onDemandSettings.onChanged(() => void tell());

  /** Tells the host whether token requests are accepted. */
  async function tell() {
    const accept = isUnattended || (await readSettings()).accept;
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
    const [settings, hidden] = await Promise.all([
      readSettings(),
      orElse(covered.error(), undefined),
      loaded,
      bridge.ready,
      // Only now: most background scripts never need it.
      loadEnglish(),
    ]);
    if (over !== connection || withdrawn.delete(request.id)) return;
    const { accept, limit } = isUnattended ? { accept: true, limit: UNATTENDED_LIMIT } : settings;
    history.add(request);
    // Who presses a button agrees to this one video.
    if (!accept && request.client !== USER) fail(request, turnedOff());
    else if (bridge.isPaused()) fail(request, paused());
    else if (isPrivate(request.container)) fail(request, privateWindow());
    else if (bridge.requestToken(request)) history.end(request, "captured");
    else if (queue.hasVideoOf(request)) queue.add(request);
    else if (hidden) fail(request, hidden);
    else {
      const free = hourlyLimit.take(limit);
      if (free === undefined) queue.add(request);
      else fail(request, tooMany(limit, free, isUnattended));
    }
  }

  /**
   * @param {TokenRequest} request
   * @param {TokenRequestError} error
   */
  function fail(request, error) {
    const { code, message, hint, shown } = error;
    bridge.dropRequest(request.id);
    if (request.client !== USER) bridge.post({ type: "token-request-failed", id: request.id, code, message, hint });
    history.end(request, code, shown);
  }

  /**
   * Nobody waits for it any more.
   * @param {TokenRequest} request
   */
  function lose(request) {
    bridge.dropRequest(request.id);
    history.end(request, "lost");
  }

  /** @type {import("../handlers.js").Handlers<import("../../types/messages.js").FromHost>} */
  const fromHost = {
    "token-request"(message) {
      const request = tokenRequestFrom(message);
      taking.add(request.id);
      void take(request).finally(() => taking.delete(request.id));
    },
    "token-request-withdrawn"({ id }) {
      if (taking.has(id)) withdrawn.add(id);
      const request = queue.withdraw(id);
      if (request) lose(request);
    },
  };

  /** @type {import("../handlers.js").Handlers<import("./token-request.js").PopupRequest>} */
  const fromPopup = {
    "on-demand/renew"(message) {
      void take(requestOfUser(message));
    },
  };

  return {
    isBusy() {
      return queue.isBusy || tabs.hasOpen;
    },

    isAwaited(tab) {
      return queue.isOpenIn(tab);
    },

    onReady({ unattended }) {
      isReady = true;
      isUnattended = unattended;
      told = undefined;
      void tell();
    },

    onLost() {
      isReady = false;
      connection += 1;
      // Another host counts from the beginning again.
      taking.clear();
      withdrawn.clear();
      queue.drop().forEach(lose);
    },

    onPaused() {
      queue.failAll(paused());
    },

    onHostMessage(message) {
      handle(fromHost, message);
    },

    onRequest(message) {
      handle(fromPopup, /** @type {import("./token-request.js").PopupRequest} */ (message));
      return false;
    },

    onAnswered(request) {
      covered.forget();
      queue.onAnswered(request);
    },

    async onPlaybackError(error, { tab, url }) {
      const page = url === undefined ? undefined : await bridge.pageOf(url);
      if (tab?.id === undefined || page?.video_id === undefined) return;
      queue.onPlaybackError(tab.id, page.video_id, fromPlaybackError(page.video_id, error, isUnattended));
    },
  };
}

function turnedOff() {
  return new TokenRequestError(
    "turned-off",
    inBoth("token_request_turned_off"),
    inBoth("token_request_turned_off_hint"),
  );
}

function paused() {
  return new TokenRequestError(
    "capture-paused",
    inBoth("token_request_paused"),
    inBoth("token_request_paused_hint"),
  );
}

/** The tokens of private windows are nobody else's. */
function privateWindow() {
  return new TokenRequestError("cannot-open", inBoth("token_request_private_window"));
}

/**
 * @param {number} limit
 * @param {number} free From when on one more is allowed.
 * @param {boolean} isUnattended
 */
function tooMany(limit, free, isUnattended) {
  return new TokenRequestError(
    "too-many",
    isUnattended
      ? inBoth("token_request_too_many_unattended", String(limit))
      : inBoth("token_request_too_many", String(limit)),
    inBoth("token_request_too_many_hint", formatTime(free)),
  );
}
