// Notifications of the system.

const POPUP = "popup/popup.html";

/**
 * Shows a notification, in the place of the one of the same name.
 * @param {string} id
 * @param {string} title
 * @param {string} message
 */
export function notify(id, title, message) {
  const iconUrl = chrome.runtime.getURL("icons/128.png");
  void chrome.notifications.create(id, { type: "basic", iconUrl, title, message });
}

/**
 * Hears of clicks on notifications, which are gone then.
 * @param {string} mark With which their names begin.
 * @param {(id: string) => void} listener
 */
export function onNotificationClicked(mark, listener) {
  chrome.notifications.onClicked.addListener((id) => {
    if (!id.startsWith(mark)) return;
    void chrome.notifications.clear(id);
    listener(id);
  });
}

/** Opens the popup; in a tab where the browser lets it open only for other clicks, as Firefox does. */
export async function openPopup() {
  try {
    await chrome.action.openPopup();
  } catch {
    await chrome.tabs.create({ url: chrome.runtime.getURL(POPUP) });
  }
}
