// Downloads, in the background script: passes on what the user wants and what the host tells.

import { showOnAction } from "../action.js";
import { handle } from "../handlers.js";
import { profileName } from "../profile.js";
import { AwaitedLogins } from "./awaited-logins.js";
import { readChoices } from "./choices.js";
import { cookiesOf, storeOf } from "./cookies.js";
import { whyNot } from "./failure.js";
import { DownloadList } from "./list.js";
import { addMenu } from "./menu.js";
import { notifyOfEnd, notifyOfStartError, onDownloadNoticeClicked } from "./notifications.js";
import { PendingRequests } from "./pending-requests.js";
import { rememberSession, sessionOf } from "./session.js";

/** @typedef {import("./download.js").PopupRequest} PopupRequest */
/** @typedef {import("./download.js").Target} Target */
/** @typedef {import("./session.js").DownloadSession} DownloadSession */
/** @typedef {chrome.tabs.Tab & {cookieStoreId?: string}} Tab */

/**
 * @param {import("../feature.js").Bridge} bridge
 * @returns {import("../feature.js").BackgroundFeature}
 */
export function downloads(bridge) {
  const requests = new PendingRequests(bridge);
  const list = new DownloadList((download) => void notifyOfEnd(download));

  const logins = new AwaitedLogins((id) => void act(id, "retry", true));

  addMenu(bridge.pageOf, startFromMenu, notifyOfStartError);
  onDownloadNoticeClicked((id) => void act(id, "open"));

  /**
   * With the last choices.
   * @param {Target} target
   * @param {Tab | undefined} tab
   */
  async function startFromMenu(target, tab) {
    const { preset, subtitles } = await readChoices();
    try {
      await start(target, { preset, subtitles, playlist: false }, await sessionOfTab(tab));
    } catch (error) {
      notifyOfStartError(messageOf(error));
    }
  }

  /**
   * @param {Target} target
   * @param {{preset: import("../../types/messages.js").Preset, subtitles: boolean, playlist: boolean}} form
   * @param {DownloadSession} from
   */
  async function start({ video_id, list_id, music }, { preset, subtitles, playlist }, from) {
    await requests.host();
    const session = { profile: await profileName(), container: from.container, private: from.private };
    const cookies = await permittedCookies(from);
    /** @type {import("../../types/messages.js").DownloadRequest} */
    const request = { video_id, music, preset, subtitles, session, cookies };
    if (playlist) request.list_id = list_id;
    const id = await requests.start(request);
    await rememberSession(id, from);
  }

  /**
   * @param {string} id
   * @param {import("../../types/messages.js").Action} action
   * @param {boolean} [login] Whether a retry takes the user's login, whatever was chosen for others.
   */
  async function act(id, action, login) {
    try {
      await requests.host();
      const cookies = action === "retry" ? await permittedCookies(await sessionOf(id), login) : undefined;
      requests.act(id, action, cookies, (message) => list.actionFailed(id, message));
    } catch (error) {
      list.actionFailed(id, messageOf(error));
    }
  }

  /** @type {import("../handlers.js").Handlers<import("../../types/messages.js").FromHost>} */
  const fromHost = {
    downloads(message) {
      list.replace(message);
      requests.hostReady();
      showOnAction({ running: list.running });
    },
    "download-changed"({ download }) {
      list.update(download);
      showOnAction({ running: list.running });
    },
    "download-started"({ id, download_id }) {
      requests.started(id, download_id);
    },
    error({ id, ...problem }) {
      if (id !== undefined) requests.failed(id, whyNot(problem));
    },
  };

  /**
   * A handler says whether it will answer.
   * @type {import("../handlers.js").Handlers<PopupRequest, [(answer: unknown) => void], boolean>}
   */
  const fromPopup = {
    "download/start"(request, answer) {
      const { target, tab, session } = request;
      sessionOfRequest(tab, session)
        .then((from) => start(target, request, from))
        .then(
          () => answer({}),
          (error) => answer({ error: messageOf(error) }),
        );
      return true;
    },
    "download/action"({ id, action, login }) {
      if (login) void logins.await(id);
      else void act(id, action);
      return false;
    },
  };

  return {
    isBusy() {
      return requests.hasStarts;
    },

    onReady() {
      bridge.post({ type: "list-downloads" });
    },

    onLost() {
      requests.hostLost();
      list.clear();
      showOnAction({ running: 0 });
    },

    onHostMessage(message) {
      handle(fromHost, message);
    },

    onRequest(message, answer) {
      return handle(fromPopup, /** @type {PopupRequest} */ (message), answer) ?? false;
    },
  };
}

/**
 * The cookies of the session; none unless the user permitted it.
 * @param {DownloadSession} session
 * @param {boolean} [login] Whether the user permitted it for this download.
 */
async function permittedCookies({ store, container }, login = false) {
  const { cookies } = await readChoices();
  return cookies || login ? cookiesOf(store ?? container) : [];
}

/**
 * @param {number | undefined} tab
 * @param {DownloadSession} [session] If there is no tab.
 */
async function sessionOfRequest(tab, session = {}) {
  return tab === undefined ? session : sessionOfTab(await chrome.tabs.get(tab));
}

/**
 * @param {Tab | undefined} tab
 * @returns {Promise<DownloadSession>}
 */
async function sessionOfTab(tab) {
  if (!tab) return {};
  const { cookieStoreId } = tab;
  const container = cookieStoreId === "firefox-default" ? undefined : cookieStoreId;
  return { container, store: await storeOf(tab), private: tab.incognito || undefined };
}

/**
 * @param {unknown} error
 */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
