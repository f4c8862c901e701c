use serde::Serialize;

/// A site of YouTube's, chosen by the `Host` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Site {
    /// `www.youtube.com`
    Www,
    /// `m.youtube.com`
    Mobile,
    /// `music.youtube.com`
    Music,
    /// `www.youtube-nocookie.com`, which has embeds only
    NoCookie,
    /// `studio.youtube.com`, where people look at their own videos
    Studio,
}

/// The client that a page's player names in its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// `context.client.clientName`
    pub(crate) name: &'static str,
    /// Its number in the header `X-Youtube-Client-Name`
    pub(crate) number: u32,
    /// `context.client.clientVersion`
    pub(crate) version: &'static str,
    /// The key of the page's player in `WEB_PLAYER_CONTEXT_CONFIGS`, without its prefix
    pub(crate) player_config: &'static str,
}

const WEB: Client =
    Client { name: "WEB", number: 1, version: "2.20260911.01.00", player_config: "KEVLAR_WATCH" };
const MWEB: Client =
    Client { name: "MWEB", number: 2, version: "2.20260911.01.00", player_config: "MWEB_WATCH" };
const WEB_REMIX: Client =
    Client { name: "WEB_REMIX", number: 67, version: "1.20260816.07.00", player_config: "MUSIC_WATCH" };
const WEB_EMBEDDED_PLAYER: Client = Client {
    name: "WEB_EMBEDDED_PLAYER",
    number: 56,
    version: "1.20260911.01.00",
    player_config: "EMBEDDED_PLAYER",
};

const WEB_CREATOR: Client =
    Client { name: "WEB_CREATOR", number: 62, version: "1.20260911.01.00", player_config: "CREATOR_WATCH" };

/// The client of the television page, `www.youtube.com/tv`.
pub(crate) const TVHTML5: Client =
    Client { name: "TVHTML5", number: 7, version: "7.20260911.12.00", player_config: "TV_WATCH" };

impl Site {
    /// The site of a `Host` header, whose port is ignored. None if the host has no pages here.
    pub fn of_host(host: &str) -> Option<Self> {
        let name = host.split_once(':').map_or(host, |(name, _port)| name);
        match name.to_ascii_lowercase().as_str() {
            "www.youtube.com" => Some(Self::Www),
            "m.youtube.com" => Some(Self::Mobile),
            "music.youtube.com" => Some(Self::Music),
            "www.youtube-nocookie.com" => Some(Self::NoCookie),
            "studio.youtube.com" => Some(Self::Studio),
            _ => None,
        }
    }

    /// The client of this site's watch pages, or of its embeds.
    pub(crate) fn client(self, embedded: bool) -> Client {
        match self {
            Self::Studio => WEB_CREATOR,
            _ if embedded => WEB_EMBEDDED_PLAYER,
            Self::Www => WEB,
            Self::Mobile => MWEB,
            Self::Music => WEB_REMIX,
            Self::NoCookie => WEB_EMBEDDED_PLAYER,
        }
    }

    /// The site's name in a page's header.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Www => "www",
            Self::Mobile => "mobile",
            Self::Music => "music",
            Self::NoCookie => "no cookie",
            Self::Studio => "studio",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_decides_the_site() {
        assert_eq!(Site::of_host("music.youtube.com:443"), Some(Site::Music));
        assert_eq!(Site::of_host("WWW.youtube-nocookie.com"), Some(Site::NoCookie));
        assert_eq!(Site::of_host("update.googleapis.com"), None);
        assert_eq!(Site::of_host("www.youtube.com.example.net"), None);
    }

    #[test]
    fn an_embed_is_the_embedded_player_on_every_site_but_studio() {
        assert_eq!(Site::Www.client(true), WEB_EMBEDDED_PLAYER);
        assert_eq!(Site::Www.client(false), WEB);
        assert_eq!(Site::Studio.client(true), WEB_CREATOR);
    }
}
