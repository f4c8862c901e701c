// What the user is asked for when cookies are to go with downloads. Chromium shows an extension only the cookies of
// addresses that it may visit: those of the whole site are `youtube.com` itself, and some of a login go over http too.

export const COOKIES = {
  permissions: /** @type {["cookies"]} */ (["cookies"]),
  origins: ["*://*.youtube.com/*"],
};
