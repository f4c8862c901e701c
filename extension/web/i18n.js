// Texts, times and numbers in the browser's language.

/** The browser's own. */
const LANGUAGE = undefined;

const clock = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const percent = new Intl.NumberFormat(LANGUAGE, { style: "percent" });
const plain = new Intl.NumberFormat(LANGUAGE);
const ago = new Intl.RelativeTimeFormat(LANGUAGE);
const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * @param {string} key A key of _locales/…/messages.json.
 * @param {string[]} values What the text's placeholders stand for.
 */
export function getMessage(key, ...values) {
  return chrome.i18n.getMessage(key, values);
}

/**
 * The two parts of a text around its only placeholder, for an element between them.
 * @param {string} key
 */
export function getMessageAround(key) {
  const [before = "", after = ""] = getMessage(key, "\n").split("\n");
  return { before, after };
}

/**
 * `18:40`; with the day if that is not today.
 * @param {number} time Milliseconds since 1970.
 */
export function formatTime(time) {
  const at = new Date(time);
  const isToday = at.toDateString() === new Date().toDateString();
  return (isToday ? clock : dayAndClock).format(at);
}

/**
 * `1,200`.
 * @param {number} number
 */
export function formatNumber(number) {
  return plain.format(number);
}

/**
 * `7 hours ago`, `12 minutes ago`.
 * @param {number} time Milliseconds since 1970, in the past.
 */
export function formatAgo(time) {
  const minutes = Math.max(0, Math.round((Date.now() - time) / 60_000));
  return minutes < 60 ? ago.format(-minutes, "minute") : ago.format(-Math.round(minutes / 60), "hour");
}

/**
 * `41%`.
 * @param {number} permille
 */
export function formatPermille(permille) {
  return percent.format(permille / 1000);
}

/**
 * `1.5 MB`.
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  return formatUnit(bytes, "");
}

/**
 * `1.5 MB/s`.
 * @param {number} bytes In a second.
 */
export function formatSpeed(bytes) {
  return formatUnit(bytes, "-per-second");
}

/**
 * `0:12`, `1:02:30`.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const twoDigits = (/** @type {number} */ number) => String(Math.floor(number)).padStart(2, "0");
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}

/**
 * @param {number} bytes
 * @param {string} per
 */
function formatUnit(bytes, per) {
  const step = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  const maximumFractionDigits = value < 100 && step > 0 ? 1 : 0;
  const unit = BYTE_UNITS[step] + per;
  return new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, maximumFractionDigits }).format(value);
}
