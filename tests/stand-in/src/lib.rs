//! A local YouTube for tests and demos.
//!
//! It is one endpoint on the loopback address. A real browser and real yt-dlp reach it under YouTube's real host names. Its
//! pages have a player that sends the requests of YouTube's player. Its media are given to whoever shows the token that a
//! page's player showed. It never speaks to the network, and its tokens are random bytes in the right shape.
//!
//! How a program is pointed at it:
//! - Chromium: `--host-resolver-rules="MAP * 127.0.0.1:PORT"` with `--ignore-certificate-errors-spki-list=`
//!   [`StandIn::spki_sha256`];
//! - Firefox: the prefs `network.proxy.type=1`, `network.proxy.ssl=127.0.0.1`, `network.proxy.ssl_port=PORT`, and the
//!   capability `acceptInsecureCerts`;
//! - yt-dlp: `--proxy http://127.0.0.1:PORT --no-check-certificates`;
//! - other programs: `HTTPS_PROXY=http://127.0.0.1:PORT` and `SSL_CERT_FILE` holding [`StandIn::ca_pem`].
//!
//! What the player does is data: a [`Scenario`]. What it sent is in [`StandIn::received`].
//!
//! A new kind of request takes three things: a word in [`RequestKind`], a module in `pages/player/` that sends it with its
//! line in `pages/player/requests.js`, and a route in `site_routes.rs` or `media_routes.rs` whose handler notes a
//! [`Received`].
//!
//! Hosts under `.example` are other sites, whose pages can send a request of a test's choice to the player's hosts in every
//! way that browsers have (`pages/foreign/forge.js`).
//!
//! # Pages
//!
//! A page has what YouTube's has to tell its video by: the player's element (`#movie_player`, `#shorts-player`,
//! `#inline-preview-player`, all of the class `html5-video-player`) with `getVideoData()` and its title's link,
//! `ytd-watch-flexy[video-id]`, the canonical address of the last full load, and the events of a move. Scenarios say what a page
//! lacks. While an ad plays the element has the class `ad-showing`. If the page shows the start page, the watch page and its
//! player are still there, hidden.
//!
//! # Playing
//!
//! A player has a real `video` element, which a media source feeds. So the browser decides whether it plays: nothing is
//! fetched before `sourceopen`, nothing is reported before `playing`, and a video that is refused or waits shows its button.
//! The media are in the answers to the media requests: half a second of WebM, dark and silent, which the page repeats for as
//! long as the step says (`every_ms`). A player asks for more when less than two seconds are ahead. So one that is held back
//! falls silent when its buffer is full. A scenario without media requests gets the media from the page's own site, where
//! nothing is noted. The landscape that people see is drawn over the picture.
//!
//! In a tab that was never shown Chromium 156 opens no media. Firefox ESR 153 opens them and plays when the tab is shown.
//!
//! # Downloads
//!
//! What a client is given depends on the client, as on YouTube ([`PlayerClient`], [`Offer`]): the mobile and the music site
//! get media URLs that need a token of a browser's, `visionos` and televisions ones that need none, apps ones that no browser
//! has a token for, and www gets SABR only. Behind a URL is real MPEG-4, different for each video ([`StandIn::media`]).
//! ffmpeg makes it when it is first asked for. It lasts four seconds, whatever the page says, and is padded to a size that
//! shows progress.
//!
//! SABR has two kinds of URL. A player makes its own, and gets what it plays. A downloader takes that of the player's answer, and
//! gets the segments of its formats, with YouTube's word on its token: good, pending, or refused. `tests/sabr` is a yt-dlp that
//! loads them.
//!
//! Right is a token that a player of these pages showed for that video. If tokens are bound to the session, it is one that
//! was shown by the visitor whose cookies or visitor data asked for the URL. Without the right token the first minute of a
//! format is served, and then 403 ([`Refusal`], [`MediaRefusal`]). Tokens are learnt from the player's own requests.
//! [`StandIn::accept_token`] and [`StandIn::expire_token`] say more. A player whose token has expired gets 403 from the media
//! hosts too and makes another token. So does a page that is loaded again.
//!
//! [`DownloadRules`] say what else stands in a downloader's way. A scenario sets them in `[download]`, and
//! [`StandIn::set_rules`] replaces them. They change what the player's answers and the media hosts say. The pages play on.
//! Every playlist lists all videos, unless [`StandIn::set_playlist`] says otherwise. A mix (`RD…`) has no page of its own, and
//! no end. An album (`MPREb_…`) is the playlist of the same letters (`OLAK5uy_…`).
//!
//! A downloader's requests are [`Received`] of their own kinds: [`RequestKind::Extraction`], [`RequestKind::Download`] and
//! [`RequestKind::CaptionsDownload`]. So the player's requests can still be counted.

mod active_rules;
mod app_state;
mod assets;
mod audio_track;
mod behaviour;
mod browsing;
mod captions;
mod certificate;
mod download_rules;
mod endpoint;
mod foreign;
mod format;
mod hls;
mod hosts;
mod initial_data;
mod innertube;
mod issued_urls;
mod json_lines;
mod media;
mod media_download;
mod media_form;
mod media_request;
mod media_routes;
mod obstacle;
mod page_html;
mod pages;
mod playability;
mod player_client;
mod player_request;
mod player_response;
mod playlist_data;
mod playlists;
mod received;
mod request_info;
mod request_log;
mod sabr_download;
mod scenario;
mod scenario_check;
mod scenario_error;
mod site;
mod site_routes;
mod stand_in;
mod step;
mod streaming_data;
mod tokens;
mod ump;
mod visitor;
mod visitor_data;
mod webm;
mod ytcfg;
mod zstd;

pub use audio_track::AudioTrack;
pub use behaviour::{AdNames, Escaped, PlayerApi, VisitorDataForm, Wrapper};
pub use download_rules::{CaptionsAnswer, Cut, DownloadRules, Refusal};
pub use json_lines::{ready_line, received_line};
pub use media_form::{Client, MediaHost, MediaId, SabrForm};
pub use obstacle::Obstacle;
pub use player_client::{Offer, PlayerClient};
pub use playlists::{HiddenList, ListEntry, Playlist};
pub use received::{BodyEncoding, Download, Received};
pub use request_log::NotReceived;
pub use scenario::{Ad, Scenario, Video};
pub use scenario_error::ScenarioError;
pub use site::Site;
pub use stand_in::StandIn;
pub use step::{About, Body, Carrier, Events, Every, PotIn, Report, RequestKind, StatsMethod, Step, Token};
pub use tokens::{MediaRefusal, video_of_token};
