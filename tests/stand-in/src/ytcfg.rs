use std::io;

use serde_json::{Value, json};

use crate::scenario::Scenario;
use crate::site::{Client, Site};
use crate::visitor_data::opaque;

/// The page that a configuration is for.
pub(crate) struct Ytcfg<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) site: Site,
    pub(crate) client: Client,
    pub(crate) embedded: bool,
    pub(crate) visitor_data: &'a str,
    /// The account id of somebody logged in
    pub(crate) account: Option<&'a str>,
    pub(crate) user_agent: &'a str,
    /// Path and query of the page
    pub(crate) path: &'a str,
}

/// The signature timestamp of the player. Nothing is signed here, so any plausible number works.
pub(crate) const SIGNATURE_TIMESTAMP: u32 = 20_700;

/// The URL of the player's script, which downloaders read. The pages here have a player of their own.
pub(crate) const PLAYER_JS_URL: &str = "/s/player/5d1a7e60/player_ias.vflset/en_US/base.js";

/// What a page passes to `ytcfg.set`, with the parts that players, extensions and downloaders read.
pub(crate) fn ytcfg(page: &Ytcfg<'_>) -> io::Result<Value> {
    let client = page.client;
    let player_config = format!("WEB_PLAYER_CONTEXT_CONFIG_ID_{}", client.player_config);
    let content = page.scenario.generate_content_po_token;
    let session = page.scenario.generate_session_po_token;
    let flags = [
        (content, "html5_generate_content_po_token=true&"),
        (session, "html5_generate_session_po_token=true&"),
    ];
    let flags: String = flags.into_iter().filter_map(|(set, flag)| set.then_some(flag)).collect();
    let mut configuration = json!({
        "LOGGED_IN": page.account.is_some(),
        "VISITOR_DATA": page.visitor_data,
        "STS": SIGNATURE_TIMESTAMP,
        "PLAYER_JS_URL": PLAYER_JS_URL,
        "INNERTUBE_API_VERSION": "v1",
        "INNERTUBE_CLIENT_NAME": client.name,
        "INNERTUBE_CLIENT_VERSION": client.version,
        "INNERTUBE_CONTEXT_CLIENT_NAME": client.number,
        "INNERTUBE_CONTEXT_CLIENT_VERSION": client.version,
        "INNERTUBE_CONTEXT": innertube_context(page)?,
        "WEB_PLAYER_CONTEXT_CONFIGS": {
            player_config: {
                "serializedExperimentFlags":
                    format!("html5_enable_sabr_live_captions=true&{flags}html5_honor_caption_availabilities_in_audio_track=true"),
                "isEmbed": page.embedded,
            },
        },
    });
    if let Some(account) = page.account {
        configuration["DATASYNC_ID"] = account.into();
    }
    Ok(configuration)
}

fn innertube_context(page: &Ytcfg<'_>) -> io::Result<Value> {
    let client = page.client;
    let host = match page.site {
        Site::Www => "www.youtube.com",
        Site::Mobile => "m.youtube.com",
        Site::Music => "music.youtube.com",
        Site::NoCookie => "www.youtube-nocookie.com",
        Site::Studio => "studio.youtube.com",
    };
    let browser = if page.user_agent.contains("Firefox/") { "Firefox" } else { "Chrome" };
    Ok(json!({
        "client": {
            "hl": "en",
            "gl": "DE",
            "remoteHost": "203.0.113.7",
            "deviceMake": "",
            "deviceModel": "",
            "visitorData": page.visitor_data,
            "userAgent": format!("{},gzip(gfe)", page.user_agent),
            "clientName": client.name,
            "clientVersion": client.version,
            "osName": "X11",
            "osVersion": "",
            "originalUrl": format!("https://{host}{}", page.path),
            "platform": if page.site == Site::Mobile { "MOBILE" } else { "DESKTOP" },
            "clientFormFactor": "UNKNOWN_FORM_FACTOR",
            "configInfo": { "appInstallData": opaque(960)?, "coldConfigData": opaque(300)?, "hotHashData": opaque(24)? },
            "browserName": browser,
            "rolloutToken": opaque(34)?,
        },
        "user": { "lockedSafetyMode": false },
        "request": { "useSsl": true, "internalExperimentFlags": [], "consistencyTokenJars": [] },
    }))
}
