// Texts, and times and numbers in the language of the texts.

/** @type {ReturnType<typeof formatsOf> | undefined} */
let made;
const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * The language of the texts, which is English in a browser whose own one there is no translation for: a BCP 47 tag. It is the
 * browser's variant, if that is one of the same language, so that times look as the person knows them.
 */
function language() {
  const texts = getMessage("locale");
  const browsers = chrome.i18n.getUILanguage();
  return new Intl.Locale(browsers).language === new Intl.Locale(texts).language ? browsers : texts;
}

/** Says which language a page is in, for programs that read it out, and which way it is written. */
export function setPageLanguage() {
  const { documentElement: page } = document;
  page.lang = language();
  const isOfBrowser = page.lang === chrome.i18n.getUILanguage();
  page.dir = isOfBrowser ? getMessage("@@bidi_dir") : "ltr";
}

/** The language of the texts by its own name, and whether it is the browser's. */
export function languageInWords() {
  const tag = language();
  const name = new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
  return { name, isBrowsers: tag === chrome.i18n.getUILanguage() };
}

function formats() {
  made ??= formatsOf(language());
  return made;
}

/**
 * @param {string} tag
 */
function formatsOf(tag) {
  const time = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit" });
  return {
    clock: new Intl.DateTimeFormat(tag, time),
    dayAndClock: new Intl.DateTimeFormat(tag, { weekday: "short", ...time }),
    percent: new Intl.NumberFormat(tag, { style: "percent" }),
    plain: new Intl.NumberFormat(tag),
    ago: new Intl.RelativeTimeFormat(tag),
  };
}

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
  const { clock, dayAndClock } = formats();
  return (isToday ? clock : dayAndClock).format(at);
}

/**
 * `1,200`.
 * @param {number} number
 */
export function formatNumber(number) {
  return formats().plain.format(number);
}

/**
 * `7 hours ago`, `12 minutes ago`.
 * @param {number} time Milliseconds since 1970, in the past.
 */
export function formatAgo(time) {
  const minutes = Math.max(0, Math.round((Date.now() - time) / 60_000));
  const { ago } = formats();
  return minutes < 60 ? ago.format(-minutes, "minute") : ago.format(-Math.round(minutes / 60), "hour");
}

/**
 * `41%`.
 * @param {number} permille
 */
export function formatPermille(permille) {
  return formats().percent.format(permille / 1000);
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
  return new Intl.NumberFormat(language(), { style: "unit", unit, maximumFractionDigits }).format(value);
}
