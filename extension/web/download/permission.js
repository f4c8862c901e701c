// The permission that downloads with cookies need. Chromium shows an extension only the cookies of addresses that it may
// visit. Those of the whole site belong to `youtube.com` itself, and some cookies of a login go over http too.

export const COOKIES = {
  permissions: /** @type {["cookies"]} */ (["cookies"]),
  origins: ["*://*.youtube.com/*"],
};
