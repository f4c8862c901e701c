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
import { answerFor, Consent } from "./consent.js";
import { RequestHistory } from "./history.js";
import { HourlyLimit } from "./limits.js";
import { OpenedTabs } from "./opened-tabs.js";
import { Queue } from "./queue.js";
import { LIMIT, readSettings } from "./settings.js";
import {
  clientRefused,
  consentNeeded,
  fromPlaybackError,
  paused,
  TokenRequestError,
  turnedOff,
} from "./token-request-error.js";
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
  const consent = new Consent((request) => fail(request, consentNeeded()));
  const loaded = Promise.all(
    [history.load(), hourlyLimit.load(), consent.load()].map((loading) => orElse(loading, undefined)),
  );
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
  /** @type {string | undefined} What the host was told. */
  let told;
  /** Counts the connections: nobody waits for a request that came over an earlier one. */
  let connection = 0;

  onDemandSettings.onChanged(() => void heed());

  /** Tells the host whether token requests are accepted. */
  async function tell() {
    const { accept } = isUnattended ? { accept: true } : ((await readKnown()) ?? {});
    /** @type {import("../../types/messages.js").ToHost} */
    const message = { type: "accept-token-requests", accept: accept !== false, undecided: accept === undefined };
    if (!isReady || told === JSON.stringify(message)) return;
    told = JSON.stringify(message);
    bridge.post(message);
  }

  /** The user has changed a setting, which may answer the requests that wait. */
  async function heed() {
    await Promise.all([tell(), loaded]);
    const { accept } = (await readKnown()) ?? {};
    if (accept === true) agreed();
    if (accept !== false || isUnattended) return;
    for (const request of consent.answered()) fail(request, turnedOff());
    queue.failAll(turnedOff());
  }

  /** Programs may have videos opened. What has waited for that goes on. */
  function agreed() {
    for (const request of consent.answered()) {
      history.end(request, "waiting");
      track(request, goOn(request));
    }
  }

  /** The configuration allows it now, as if `serve` has started. That counts unless the user has said no. */
  async function heedConfiguration() {
    await loaded;
    if (!consent.hasQuestion) return;
    const settings = await readKnown();
    if (settings && settings.accept !== false) agreed();
  }

  /** The settings. Undefined if they cannot be read, which is no answer. */
  function readKnown() {
    return orElse(readSettings(), undefined);
  }

  /**
   * @param {TokenRequest} request
   */
  async function take(request) {
    const over = connection;
    const [settings, hidden] = await Promise.all([
      loaded.then(readKnown),
      orElse(covered.error(), undefined),
      bridge.ready,
      // Only now: most background scripts never need it.
      loadEnglish(),
    ]);
    if (over !== connection || withdrawn.delete(request.id)) return;
    const answer = answerFor(request, settings, isUnattended);
    history.add(request, answer === "needed" ? "consent" : "waiting");
    if (answer === "refused") fail(request, turnedOff());
    else if (answer === "client-refused") fail(request, clientRefused());
    else if (bridge.isPaused()) fail(request, paused());
    else if (isPrivate(request.container)) fail(request, privateWindow());
    else if (bridge.requestToken(request)) history.end(request, "captured");
    else if (answer === "given") open(request, settings, hidden);
    else if (!consent.ask(request)) fail(request, consentNeeded());
    if (request.allowed) void heedConfiguration();
  }

  /**
   * A request goes on that has waited for the user's answer.
   * @param {TokenRequest} request
   */
  async function goOn(request) {
    const over = connection;
    const [settings, hidden] = await Promise.all([readKnown(), orElse(covered.error(), undefined)]);
    if (over !== connection || withdrawn.delete(request.id)) return;
    if (bridge.isPaused()) fail(request, paused());
    else open(request, settings, hidden);
  }

  /**
   * Opens the video of a request that somebody has agreed to.
   * @param {TokenRequest} request
   * @param {import("./settings.js").OnDemandSettings} [settings]
   * @param {TokenRequestError} [hidden] Why no page would play now.
   */
  function open(request, settings, hidden) {
    if (queue.hasVideoOf(request)) return queue.add(request);
    if (hidden) return fail(request, hidden);
    const limit = isUnattended ? UNATTENDED_LIMIT : (settings?.limit ?? LIMIT.usual);
    const free = hourlyLimit.take(limit);
    if (free === undefined) queue.add(request);
    else fail(request, tooMany(limit, free, isUnattended));
  }

  /**
   * Notes a request while it is not known yet what becomes of it.
   * @param {TokenRequest} request
   * @param {Promise<void>} work
   */
  function track({ id }, work) {
    taking.add(id);
    void work.finally(() => taking.delete(id));
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
      track(request, take(request));
    },
    status({ consent: configured }) {
      if (configured === "given") void heedConfiguration();
    },
    "token-request-withdrawn"({ id }) {
      if (taking.has(id)) withdrawn.add(id);
      const request = consent.withdraw(id) ?? queue.withdraw(id);
      if (request) lose(request);
    },
  };

  /** @type {import("../handlers.js").Handlers<import("./token-request.js").PopupRequest>} */
  const fromPopup = {
    "on-demand/renew"(message) {
      void take(requestOfUser(message));
    },
    "on-demand/not-now"() {
      void loaded.then(() => consent.declined().forEach((request) => fail(request, consentNeeded())));
    },
  };

  return {
    isBusy() {
      return queue.isBusy || tabs.hasOpen || consent.isBusy;
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
      [...consent.takeAll(), ...queue.drop()].forEach(lose);
    },

    onPaused() {
      for (const request of consent.takeAll()) fail(request, paused());
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
      const asking = consent.take(request);
      if (asking) return history.end(asking, "captured");
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
