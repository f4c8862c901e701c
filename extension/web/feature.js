// What a feature of its own folder is to the rest of the extension. The lists in features/ name the features; an
// edition of the extension that lacks one has other lists.

/**
 * @typedef {import("../types/messages.js").Capture} Capture
 * @typedef {import("../types/messages.js").FromHost} FromHost
 * @typedef {import("../types/messages.js").ToHost} ToHost
 * @typedef {import("../types/messages.js").TokenInfo} TokenInfo
 */

/**
 * What the background script lets a feature use.
 * @typedef {{
 *   ready: Promise<void>,
 *   isPaused: () => boolean,
 *   post: (message: ToHost) => void,
 *   connect: () => void,
 *   pageOf: (address: string) => Promise<import("./observer.js").Page | undefined>,
 *   requestToken: (request: import("./observer.js").OpenRequest) => boolean,
 *   dropRequest: (id: string) => void,
 *   expectTokens: (soon: boolean) => void,
 * }} Bridge
 *   `ready` is settled once the observer is loaded, or cannot be, and it is known whether the capture is paused. `post`
 *   sends to the host, and is heard only while it is ready. `connect` has the host connected, unless it is. `pageOf` says what the page of an address shows.
 *   `requestToken` says whether a known token answers a token request; the token is then sent to the host. If none does,
 *   `onAnswered` hears of the request once one comes, until `dropRequest`. `expectTokens` has media requests read with
 *   their bodies from the first one on.
 *
 * What a feature hears from the background script. The listeners it needs of the browser it registers itself, at once
 * when it is made.
 * @typedef {{
 *   isBusy?: () => boolean,
 *   isAwaited?: (tab: number) => boolean,
 *   onReady?: (hello: {unattended: boolean}) => void,
 *   onLost?: () => void,
 *   onPaused?: () => void,
 *   onHostMessage?: (message: FromHost) => void,
 *   onAnswered?: (request: string) => void,
 *   onPlaybackError?: (error: PlaybackError, page: chrome.runtime.MessageSender) => void,
 *   onRequest?: (message: {type: string}, answer: (answer: unknown) => void) => boolean,
 * }} BackgroundFeature
 *   `isBusy` says whether something is under way that a reload of the extension would lose, `isAwaited` whether
 *   a tab was opened for the token of its video. `onReady` hears what the host said of itself. `onPaused` hears that the capture is
 *   paused now. `onAnswered` hears that a token request has its token. `onPlaybackError` hears that a page says that its video does
 *   not play. `onRequest` gets what the extension's own pages say, and tells whether it will answer.
 *
 * What a page says of a video that does not play: YouTube's word for it, and why, for people.
 * @typedef {{status: string, reason: string, isPrivate: boolean, loggedIn: boolean}} PlaybackError
 *
 * What the popup tells a feature, each time it is drawn.
 * @typedef {{
 *   stored: Record<string, unknown>,
 *   ready: boolean,
 *   newest?: {token: TokenInfo, capture?: Capture},
 *   isAsking?: boolean,
 * }} Shown
 *   `stored` is all that the browser's memory holds, `ready` whether the host is connected, `newest` the newest token,
 *   `isAsking` whether there is a question that the user should answer now.
 *
 * How a new token is got for a video whose token is old: whether that is under way, or why it failed.
 * @typedef {{start: () => void, state?: "waiting" | "failed", message?: string}} Renewal
 *
 * `hasTrouble` says whether it shows something that somebody should see.
 * @typedef {{
 *   draw: (shown: Shown) => void,
 *   hasTrouble?: (stored: Record<string, unknown>) => boolean,
 *   isAsking?: (stored: Record<string, unknown>) => boolean,
 *   renewalOf?: (shown: import("./popup/tokens.js").Shown, stored: Record<string, unknown>) => Renewal | undefined,
 * }} PopupFeature
 *   `isAsking` says whether it has a question to the user.
 */

export {};
