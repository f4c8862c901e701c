// Hears of every media request and does nothing.

chrome.webRequest.onBeforeRequest.addListener(() => undefined, { urls: ["https://*.googlevideo.com/videoplayback*"] });
