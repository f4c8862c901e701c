//! The hosts of YouTube: those with pages, and the media servers.

/// The hosts whose pages hold YouTube's player. Its requests go to the same hosts.
pub const PLAYER_HOSTS: [&str; 5] =
    ["www.youtube.com", MOBILE_HOST, MUSIC_HOST, STUDIO_HOST, "www.youtube-nocookie.com"];

/// The host of YouTube Music, whose player has tokens of its own.
pub const MUSIC_HOST: &str = "music.youtube.com";

const MOBILE_HOST: &str = "m.youtube.com";

/// The host of YouTube Studio, where people play their own videos. Browsers show an extension the media requests of a page
/// only if it may read the page too.
const STUDIO_HOST: &str = "studio.youtube.com";

/// Every media server's host lies below one of these domains. The second one's serve YouTube Studio's player
/// (`WEB_CREATOR`), as seen in public reports of 2026.
pub const MEDIA_DOMAINS: [&str; 2] = ["googlevideo.com", "c.youtube.com"];

/// Hosts that only redirect to a page of one of [`PLAYER_HOSTS`].
const REDIRECTING_HOSTS: [&str; 3] = [SHORT_HOST, "youtube.com", "youtube-nocookie.com"];

/// The host of short links, whose path is the video.
pub(super) const SHORT_HOST: &str = "youtu.be";

/// Whether pages of this host hold YouTube's player.
#[must_use]
pub fn is_player_host(host: &str) -> bool {
    PLAYER_HOSTS.contains(&host)
}

/// Whether this is a media server's host.
#[must_use]
pub fn is_media_host(host: &str) -> bool {
    MEDIA_DOMAINS.iter().any(|domain| {
        host.strip_suffix(domain).and_then(|sub| sub.strip_suffix('.')).is_some_and(|sub| !sub.is_empty())
    })
}

/// Whether a link to this host may name a video. Studio has no pages to watch.
#[must_use]
pub fn is_page_host(host: &str) -> bool {
    (is_player_host(host) && host != STUDIO_HOST) || REDIRECTING_HOSTS.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_host_is_a_whole_label_below_the_domain() {
        for host in ["rr1---sn-a.googlevideo.com", "a.b.googlevideo.com", "rr1---sn-h0jelnez.c.youtube.com"] {
            assert!(is_media_host(host), "{host}");
        }
        for host in [
            "googlevideo.com",
            ".googlevideo.com",
            "evilgooglevideo.com",
            "a.googlevideo.com.evil.example",
            "www.youtube.com",
            "c.youtube.com",
            "a.xc.youtube.com",
            "a.c.youtube.com.evil.example",
            "",
        ] {
            assert!(!is_media_host(host), "{host}");
        }
    }

    #[test]
    fn the_player_is_on_five_hosts() {
        for host in PLAYER_HOSTS {
            assert!(is_player_host(host) && !is_media_host(host), "{host}");
            assert_eq!(is_page_host(host), host != STUDIO_HOST, "{host}");
        }
        for host in
            ["youtube.com", "kids.youtube.com", "youtube-nocookie.com", "www.youtube.com.evil.example"]
        {
            assert!(!is_player_host(host), "{host}");
        }
    }
}
