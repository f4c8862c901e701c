// What a tab shows that is kept for the next video. It says what the tab is for.

import { getMessage, setPageLanguage } from "../i18n.js";
import { find, write } from "../popup/element.js";
import { openedTabs } from "../storage.js";

setPageLanguage();
write(find("h1"), getMessage("parked_heading"));
write(find("p"), getMessage("parked_why"));
document.title = getMessage("parked_heading");
document.addEventListener("visibilitychange", () => void closeIfForgotten());
void closeIfForgotten();

/** Closes a tab that nobody looks at and nobody keeps: the browser has opened it again, or a person has looked at it. */
async function closeIfForgotten() {
  const [own, kept] = await Promise.all([chrome.tabs.getCurrent(), openedTabs.get()]);
  if (own?.id === undefined || own.active || kept.some(({ tab }) => tab === own.id)) return;
  await chrome.tabs.remove(own.id);
}
