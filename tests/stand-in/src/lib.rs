//! A local YouTube for tests and rehearsals: one endpoint on the loopback address that a real browser (and later yt-dlp)
//! reaches under YouTube's real host names, with pages whose player sends the requests that YouTube's player sends.
//!
//! How a browser is pointed at it:
//! - Chromium: `--host-resolver-rules="MAP * 127.0.0.1:PORT"` with `--ignore-certificate-errors-spki-list=`
//!   [`StandIn::spki_sha256`];
//! - Firefox: the prefs `network.proxy.type=1`, `network.proxy.ssl=127.0.0.1`, `network.proxy.ssl_port=PORT`, and the
//!   capability `acceptInsecureCerts`;
//! - other programs: `HTTPS_PROXY=http://127.0.0.1:PORT` and `SSL_CERT_FILE` holding [`StandIn::certificate_pem`].
//!
//! What the player does is data: a [`Scenario`]. What it sent is in [`StandIn::received`].
//!
//! Another kind of request takes three things: a word in [`RequestKind`], a module in `pages/player/` that sends it with its
//! line in `pages/player/requests.js`, and a route in `youtube.rs` or `media_host.rs` whose handler adds a [`Received`].
//!
//! It never speaks to the network, and its tokens are random bytes in the right shape: worth nothing anywhere.

mod announce;
mod certificate;
mod endpoint;
mod files;
mod inbox;
mod labels;
mod media_host;
mod media_request;
mod page;
mod player_request;
mod received;
mod scenario;
mod scenario_error;
mod site;
mod sites;
mod stand_in;
mod step;
mod step_fault;
mod token_mask;
mod visitor;
mod youtube;
mod ytcfg;

pub use announce::{ready_line, received_line};
pub use inbox::NotReceived;
pub use received::{BodyEncoding, Received};
pub use scenario::{Ad, Scenario, Video};
pub use scenario_error::ScenarioError;
pub use site::Site;
pub use stand_in::StandIn;
pub use step::{About, Body, Carrier, Events, Every, PotIn, Report, RequestKind, StatsMethod, Step, Token};
