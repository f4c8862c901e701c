// What a feature of its own folder is to the rest of the extension. The two lists in features/ name the features; an
// edition of the extension that lacks one has other lists.

/**
 * What the background script lets a feature use.
 * @typedef {{
 *   post: (message: {type: string, [field: string]: unknown}) => void,
 *   connect: () => void,
 *   tokens: () => Promise<Token[]>,
 *   resend: (id: string) => void,
 *   expectTokens: (soon: boolean) => void,
 * }} Bridge
 *   `post` sends to the host, and is heard only while it is ready. `connect` has the host connected, unless it is.
 *   `tokens` are those in the journal, the oldest first; `resend` sends one of them to the host again. `expectTokens` has media requests looked at with their bodies from the first one on.
 *
 * What a feature hears from the background script. The listeners it needs of the browser it registers itself, at once
 * when it is made.
 * @typedef {{
 *   onReady?: () => void,
 *   onLost?: () => void,
 *   onHostMessage?: (message: {type: string, id?: string}) => void,
 *   onToken?: (token: Token) => void,
 *   onPlaybackError?: (error: PlaybackError, page: chrome.runtime.MessageSender) => void,
 *   onRequest?: (message: {type?: string}, answer: (answer: unknown) => void) => boolean,
 * }} BackgroundFeature
 *   `onToken` gets each token once its video is known. `onPlaybackError` hears that a page says that its video does not
 *   play. `onRequest` gets what the extension's own pages say, and tells whether it will answer.
 *
 * @typedef {{token: string, host: string, cpn?: string, session?: {profile?: string, container?: string}}} Captured
 *
 * A token in the journal, by its entry's name.
 * @typedef {{id: string, capture: Captured, label: import("./messages.js").Label}} Token
 *
 * What a page says of a video that does not play: YouTube's word for it, and why, for people.
 * @typedef {{status: string, reason: string, isPrivate: boolean, loggedIn: boolean}} PlaybackError
 *
 * What the popup tells a feature, each time it is drawn.
 * @typedef {{
 *   stored: Record<string, unknown>,
 *   ready: boolean,
 *   newest?: {label: import("./messages.js").Label, capture?: Captured},
 * }} Shown
 *   `stored` is all that the browser's memory holds, `ready` whether the host is there, `newest` the newest token.
 *
 * @typedef {{draw: (shown: Shown) => void}} PopupFeature
 */

export {};
