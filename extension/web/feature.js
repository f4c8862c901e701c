// What a feature of its own folder is to the rest of the extension. The two lists in features/ name the features; an
// edition of the extension that lacks one has other lists.

/**
 * What the background script lets a feature use.
 * @typedef {{
 *   post: (message: {type: string, [field: string]: unknown}) => void,
 *   connect: () => void,
 *   show: (key: string, value: unknown) => void,
 * }} Bridge
 *   `post` sends to the host, and is heard only while it is ready. `connect` has the host connected, unless it is.
 *   `show` puts something where the popup reads it.
 *
 * What a feature hears from the background script. The listeners it needs of the browser it registers itself, at once
 * when it is made.
 * @typedef {{
 *   onReady?: () => void,
 *   onLost?: () => void,
 *   onHostMessage?: (message: {type: string, id?: string}) => void,
 *   onCaptured?: (capture: Captured, label: import("./messages.js").Label) => void,
 *   onRequest?: (message: {type?: string}, answer: (answer: unknown) => void) => boolean,
 * }} BackgroundFeature
 *   `onRequest` gets what the extension's own pages say, and tells whether it will answer.
 *
 * @typedef {{token: string, session?: {profile?: string, container?: string}}} Captured
 *
 * What the popup tells a feature, each time it is drawn.
 * @typedef {{
 *   stored: Record<string, unknown>,
 *   ready: boolean,
 *   newest?: {label: import("./messages.js").Label, capture?: Captured},
 * }} Shown
 *   `stored` is what was shown by the background script, `ready` whether the host is there, `newest` the newest token.
 *
 * @typedef {{draw: (shown: Shown) => void}} PopupFeature
 */

export {};
