// Downloads, in the background script: passes on what the user asks for and what the host tells.

import { profileName } from "../profile.js";
import { Asks } from "./pending-requests.js";
import { choices } from "./choices.js";
import { cookiesOf, storeOf } from "./cookies.js";
import { List } from "./list.js";
import { offer } from "./menu.js";
import { originOf, rememberOrigin } from "./origins.js";
import { onSignClicked, showEnd, showRefusal, showRunning } from "./notifications.js";

/** @typedef {import("./messages.js").Target} Target */
/** @typedef {import("./messages.js").Origin} Origin */
/** @typedef {chrome.tabs.Tab & {cookieStoreId?: string}} Tab */

/**
 * @param {import("../feature.js").Bridge} bridge
 * @returns {import("../feature.js").BackgroundFeature}
 */
export function downloads(bridge) {
  const asks = new Asks(bridge);
  const list = new List(bridge, showEnd);

  offer(startHere, showRefusal);
  onSignClicked((job) => void act(job, "open"));

  /**
   * With what was chosen last, from outside the popup.
   * @param {Target} target
   * @param {Tab | undefined} tab
   */
  async function startHere(target, tab) {
    const { preset, subtitles } = await choices();
    try {
      await start(target, { preset, subtitles, playlist: false }, await originOfTab(tab));
    } catch (error) {
      showRefusal(messageOf(error));
    }
  }

  /**
   * @param {Target} target
   * @param {{preset: import("./messages.js").Preset, subtitles: boolean, playlist: boolean}} how
   * @param {Origin} origin
   */
  async function start({ videoId, listId, music }, { preset, subtitles, playlist }, origin) {
    await asks.host();
    const session = { profile: await profileName(), container: origin.container };
    const cookies = await agreedCookies(origin);
    const list_id = playlist ? listId : undefined;
    const job = await asks.download({ video_id: videoId, list_id, music, preset, subtitles, session, cookies });
    await rememberOrigin(job, origin);
  }

  /**
   * @param {string} job
   * @param {import("./messages.js").Act} what
   */
  async function act(job, what) {
    try {
      await asks.host();
      const cookies = what === "retry" ? await agreedCookies(await originOf(job)) : undefined;
      asks.act({ job, act: what, cookies }, (message) => list.trouble(job, message));
    } catch (error) {
      list.trouble(job, messageOf(error));
    }
  }

  return {
    onReady() {
      bridge.post({ type: "downloads" });
    },

    onLost() {
      asks.lost();
      list.forget();
      showRunning(0);
    },

    onHostMessage(heard) {
      const message = /** @type {import("./messages.js").FromHost} */ (heard);
      switch (message.type) {
        case "downloads":
          list.replace(message);
          asks.ready();
          showRunning(list.running);
          break;
        case "download":
          list.change(message.download);
          showRunning(list.running);
          break;
        case "started":
          asks.started(message.id, message.job);
          break;
        case "error":
          if (message.id !== undefined) asks.failed(message.id, message.message);
          break;
      }
    },

    onRequest(asked, answer) {
      const request = /** @type {import("./messages.js").Request} */ (asked);
      switch (request.type) {
        case "download/start": {
          const { target, tab, container } = request;
          originOfRequest(tab, container)
            .then((origin) => start(target, request, origin))
            .then(
              () => answer({}),
              (error) => answer({ error: messageOf(error) }),
            );
          return true;
        }
        case "download/act":
          void act(request.job, request.act);
          return false;
        default:
          return false;
      }
    },
  };
}

/**
 * The cookies of the session, where the user agreed.
 * @param {Origin} origin
 */
async function agreedCookies({ store, container }) {
  const { cookies } = await choices();
  return cookies ? cookiesOf(store ?? container) : [];
}

/**
 * @param {number | undefined} tab
 * @param {string | undefined} container Where there is no tab.
 */
async function originOfRequest(tab, container) {
  return tab === undefined ? { container } : originOfTab(await chrome.tabs.get(tab));
}

/**
 * @param {Tab | undefined} tab
 * @returns {Promise<Origin>}
 */
async function originOfTab(tab) {
  if (!tab) return {};
  const { cookieStoreId } = tab;
  const container = cookieStoreId === "firefox-default" ? undefined : cookieStoreId;
  return { container, store: await storeOf(tab) };
}

/**
 * @param {unknown} error
 */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
