// What the popup says, in the browser's language.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/**
 * @param {string} name A key of _locales/…/messages.json.
 * @param {string[]} values
 */
export function say(name, ...values) {
  return chrome.i18n.getMessage(name, values);
}

/**
 * `18:40`, with the day where it is not today.
 * @param {number} time Milliseconds since 1970.
 */
export function sayTime(time) {
  const at = new Date(time);
  const today = at.toDateString() === new Date().toDateString();
  return (today ? clock : dayAndClock).format(at);
}
