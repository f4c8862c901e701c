//! A local YouTube for tests and rehearsals: one endpoint on the loopback address that a real browser and real yt-dlp
//! reach under YouTube's real host names, with pages whose player sends the requests that YouTube's player sends, and media
//! that are given to whoever shows the token that a page's player showed.
//!
//! How a browser is pointed at it:
//! - Chromium: `--host-resolver-rules="MAP * 127.0.0.1:PORT"` with `--ignore-certificate-errors-spki-list=`
//!   [`StandIn::spki_sha256`];
//! - Firefox: the prefs `network.proxy.type=1`, `network.proxy.ssl=127.0.0.1`, `network.proxy.ssl_port=PORT`, and the
//!   capability `acceptInsecureCerts`;
//! - yt-dlp: `--proxy http://127.0.0.1:PORT --no-check-certificates`;
//! - other programs: `HTTPS_PROXY=http://127.0.0.1:PORT` and `SSL_CERT_FILE` holding [`StandIn::certificate_pem`].
//!
//! What the player does is data: a [`Scenario`]. What it sent is in [`StandIn::received`].
//!
//! Another kind of request takes three things: a word in [`RequestKind`], a module in `pages/player/` that sends it with its
//! line in `pages/player/requests.js`, and a route in `youtube.rs` or `media_host.rs` whose handler notes a [`Received`].
//!
//! # Downloads
//!
//! The player's answer to the clients of the mobile and the music site (`MWEB`, `WEB_REMIX`) has media URLs; www has SABR
//! alone, and apps and televisions have nothing, since a browser's token is not good for them. Behind a URL is real
//! MPEG-4 that ffmpeg makes when it is first asked for, another one for each video ([`StandIn::media`]): four seconds,
//! whatever the page says of the length, filled up to a size that shows progress.
//!
//! It is given for a right token: one that a player of these pages showed for that video, or, where tokens are bound to the
//! session, in the session whose cookies or visitor data asked for the URL. All else gets 403 ([`Refusal`]). Tokens are
//! learnt from the player's own requests; [`StandIn::accept`] and [`StandIn::expire`] say more. A player whose token has
//! expired gets 403 from the media hosts as well, and makes another one; so does a page that is loaded again.
//!
//! What stands in a downloader's way besides is a [`Conduct`]: a scenario's `[download]`, or [`StandIn::set`]. It changes
//! what the player's answers and the media hosts say; the pages play on.
//!
//! A downloader's requests are [`Received`] of kinds of their own, [`RequestKind::Extraction`], [`RequestKind::Download`]
//! and [`RequestKind::CaptionsDownload`], so that the player's can still be counted.
//!
//! It never speaks to the network, and its tokens are random bytes in the right shape: worth nothing anywhere.

mod announce;
mod broadcast;
mod captions;
mod certificate;
mod conduct;
mod downloads;
mod endpoint;
mod files;
mod format;
mod grants;
mod inbox;
mod initial_data;
mod innertube;
mod labels;
mod media;
mod media_host;
mod media_request;
mod page;
mod pages;
mod player_request;
mod player_response;
mod received;
mod scenario;
mod scenario_error;
mod service;
mod session;
mod site;
mod sites;
mod stand_in;
mod step;
mod step_fault;
mod token_mask;
mod tokens;
mod visitor;
mod youtube;
mod ytcfg;

pub use announce::{ready_line, received_line};
pub use conduct::{Conduct, Cut, Hindrance};
pub use inbox::NotReceived;
pub use received::{BodyEncoding, Download, Received};
pub use scenario::{Ad, Scenario, Video};
pub use scenario_error::ScenarioError;
pub use site::Site;
pub use stand_in::StandIn;
pub use step::{About, Body, Carrier, Events, Every, PotIn, Report, RequestKind, StatsMethod, Step, Token};
pub use tokens::Refusal;
