//! YouTube's hosts, and what its addresses name.
//!
//! This is the only list of hosts and the only parser of addresses. The extension's manifest must name the hosts
//! once more, since browsers read it before any code; a test of the extension compares the two.

mod address;
mod hosts;
mod media_address;
mod page;

pub use address::Address;
pub use hosts::{MEDIA_DOMAINS, MUSIC_HOST, PLAYER_HOSTS, is_media_host, is_page_host, is_player_host};
pub use media_address::MediaAddress;
pub use page::{NotAPage, Page, watch_page};
