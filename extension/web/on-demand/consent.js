// Whether programs may have videos opened: who has agreed to it, and the question to whoever has not answered.
//
// The first request that nobody has agreed to waits for the answer, and others that come meanwhile with it. Once one has
// waited in vain, or the user has said "not now", later ones are not asked about.

import { showOnAction } from "../action.js";
import { getMessage } from "../i18n.js";
import { DEFAULTS, readNoticeSettings } from "../notice-settings.js";
import { notify, onNotificationClicked, openPopup } from "../notify.js";
import { orElse, unwaited } from "../problems.js";
import { consentQuestion } from "../storage.js";
import { nameOf } from "./format.js";
import { isOpen } from "./question.js";
import { mayAsk } from "./settings.js";
import { USER } from "./token-request.js";

/** @typedef {import("./token-request.js").TokenRequest} TokenRequest */

/** @typedef {import("./question.js").Question} Question */

/**
 * `needed`: nobody has agreed.
 * @typedef {"given" | "refused" | "client-refused" | "needed"} Answer
 */

const NOTICE = "consent";

/**
 * What is known of a request. The user's answer goes before the configuration's. Settings that could not be read are no answer,
 * and what they would say is not known.
 * @param {Pick<TokenRequest, "client" | "allowed">} request
 * @param {import("./settings.js").OnDemandSettings | undefined} settings
 * @param {boolean} unattended Whether nobody looks at this browser.
 * @returns {Answer}
 */
export function answerFor({ client, allowed }, settings, unattended) {
  // Who presses a button agrees to this one video.
  if (unattended || client === USER) return "given";
  if (!settings) return "needed";
  const { accept = allowed || undefined } = settings;
  if (accept === false) return "refused";
  if (!mayAsk(settings, client)) return "client-refused";
  return accept ? "given" : "needed";
}

export class Consent {
  /** @type {Question | undefined} */
  #question;
  /** @type {Map<string, {request: TokenRequest, timer: ReturnType<typeof setTimeout>}>} By their names. */
  #waiting = new Map();
  #onTimeOut;

  /**
   * @param {(request: TokenRequest) => void} onTimeOut Hears of a request that has waited in vain.
   */
  constructor(onTimeOut) {
    this.#onTimeOut = onTimeOut;
    onNotificationClicked(NOTICE, () => void openPopup());
  }

  /** Takes up what this script had before the browser stopped it. */
  async load() {
    this.#question = await consentQuestion.get();
    if (this.#question) this.#show();
  }

  /** Whether the user was asked, and nobody has agreed since. */
  get hasQuestion() {
    return this.#question !== undefined;
  }

  /** Whether a request waits for the answer. */
  get isBusy() {
    return this.#waiting.size > 0;
  }

  /**
   * Has a request wait for the user's answer. Tells if nobody is asked any more.
   * @param {TokenRequest} request
   */
  ask(request) {
    if (this.#question && this.#question.state !== "asked") return false;
    const timer = setTimeout(() => this.#timeOut(request), request.until - Date.now());
    this.#waiting.set(request.id, { request, timer });
    if (!this.#question) {
      const { client, video_id } = request;
      this.#change({ state: "asked", client, video_id });
      void this.#notify(client);
    }
    return true;
  }

  /**
   * A request does not wait any more. Gives it if it did.
   * @param {string} id
   */
  take(id) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    return waiting.request;
  }

  /**
   * Its program waits no more, as if the time was over.
   * @param {string} id
   */
  withdraw(id) {
    const request = this.take(id);
    if (request) this.#isUnanswered();
    return request;
  }

  /** All that wait. None does any more. */
  takeAll() {
    return [...this.#waiting.keys()].flatMap((id) => this.take(id) ?? []);
  }

  /** Somebody has answered. Gives those that waited. */
  answered() {
    this.#change(undefined);
    return this.takeAll();
  }

  /** The user does not want to be asked any more in this session of the browser. Gives those that waited. */
  declined() {
    if (this.#question) this.#change({ ...this.#question, state: "declined" });
    return this.takeAll();
  }

  /**
   * @param {TokenRequest} request
   */
  #timeOut(request) {
    if (this.withdraw(request.id)) this.#onTimeOut(request);
  }

  #isUnanswered() {
    if (this.#question?.state === "asked") this.#change({ ...this.#question, state: "unanswered" });
  }

  /**
   * @param {Question | undefined} question
   */
  #change(question) {
    if (!question && !this.#question) return;
    this.#question = question;
    unwaited(question ? consentQuestion.set(question) : consentQuestion.remove());
    if (!isOpen(question)) void chrome.notifications.clear(NOTICE);
    this.#show();
  }

  #show() {
    showOnAction({ asking: isOpen(this.#question) });
  }

  /**
   * Once in a session of the browser.
   * @param {string} client
   */
  async #notify(client) {
    const { faults } = await orElse(readNoticeSettings(), DEFAULTS);
    if (!faults || !isOpen(this.#question)) return;
    notify(NOTICE, getMessage("consent_notice", nameOf(client)), getMessage("consent_heading"));
  }
}
