//! The network, proxies, this machine's address, and YouTube's own trouble.

use super::*;

const BAD_PROXY: &str = "HTTPS_PROXY is no address of a proxy";

#[test]
fn what_is_between_here_and_youtube_has_its_code() {
    let table: &[(&str, &[&str])] = &[
        // networking/_urllib.py; extractor/common.py
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: [Errno -2] Name or service not known (caused by TransportError('[Errno -2] Name or service not known'))",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: [Errno 111] Connection refused (caused by TransportError('[Errno 111] Connection refused'))",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: timed out (caused by TransportError('timed out'))",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: <urlopen error Tunnel connection failed: 407 Proxy Authentication Required> (caused by ProxyError('<urlopen error Tunnel connection failed: 407 Proxy Authentication Required>')); please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download webpage: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:992) (caused by CertificateVerifyError('[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))",
            ],
        ),
        // downloader/http.py
        (
            "no-network",
            &[
                "ERROR: \r[download] Got error: 1024 bytes read, 5000 more expected. Giving up after 10 retries",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: \r[download] Got error: [Errno 104] Connection reset by peer. Giving up after 10 retries",
            ],
        ),
        (
            "no-network",
            &["ERROR: [youtube] dQw4w9WgXcQ: Unable to download webpage: [Errno 101] Network unreachable"],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: [Errno 1] Operation not permitted (caused by TransportError('[Errno 1] Operation not permitted'))",
            ],
        ),
        (
            "no-network",
            &["ERROR: unable to download video data: <urlopen error [Errno 13] Permission denied>"],
        ),
        ("no-network", &["ERROR: Unable to download video: [Errno 113] No route to host"]),
        (
            "no-network",
            &[
                "WARNING: [youtube] dQw4w9WgXcQ: Unable to download API page: timed out (caused by TransportError('timed out'))",
                "ERROR: [youtube] dQw4w9WgXcQ: Failed to extract any player response; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= ",
            ],
        ),
        // networking/exceptions.py: HTTPError; extractor/youtube/_base.py: _extract_response
        (
            "youtube-trouble",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download webpage: HTTP Error 503: Service Unavailable",
            ],
        ),
        (
            "youtube-trouble",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 500: Internal Server Error (caused by <HTTPError 500: Internal Server Error>)",
            ],
        ),
        ("youtube-trouble", &["ERROR: unable to download video data: HTTP Error 503: Service Unavailable"]),
        ("youtube-trouble", &["ERROR: unable to download video data: HTTP Error 502: Bad Gateway"]),
        (
            "youtube-trouble",
            &[
                "ERROR: \r[download] Got error: HTTP Error 503: Service Unavailable. Giving up after 10 retries",
            ],
        ),
        (
            "youtube-trouble",
            &[
                "WARNING: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 503: Service Unavailable (caused by <HTTPError 503: Service Unavailable>)",
                "ERROR: [youtube] dQw4w9WgXcQ: Failed to extract any player response",
            ],
        ),
        ("rate-limited", &["ERROR: unable to download video data: HTTP Error 429: Too Many Requests"]),
        (
            "rate-limited",
            &[
                "ERROR: [youtube:tab] PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf: Unable to download webpage: HTTP Error 429: Too Many Requests",
            ],
        ),
        (
            "address-refused",
            &["ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 403: Forbidden"],
        ),
        (
            "address-refused",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download webpage: HTTP Error 403: Forbidden (caused by <HTTPError 403: Forbidden>)",
            ],
        ),
        (
            "address-refused",
            &[
                "WARNING: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 403: Forbidden (caused by <HTTPError 403: Forbidden>)",
                "ERROR: [youtube] dQw4w9WgXcQ: Failed to extract any player response",
            ],
        ),
        (
            "yt-dlp-failed",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: HTTP Error 400: Bad Request (caused by <HTTPError 400: Bad Request>)",
            ],
        ),
        (
            "no-network",
            &[
                "ERROR: [youtube] dQw4w9WgXcQ: Unable to download webpage: HTTP Error 407: Proxy Authentication Required",
            ],
        ),
        // networking/common.py
        ("no-network", &["ERROR: Unable to handle request: Unsupported proxy type: \"ftp\" (urllib)"]),
        ("no-network", &["ERROR: Proxy \"user:pw@host\" missing scheme"]),
        // Without a proxy this is of no address that is known.
        ("yt-dlp-failed", &["ERROR: Invalid IPv6 URL"]),
    ];
    for (expected, said) in table {
        assert_eq!(code(said), *expected, "{said:?}");
        let printed = printed(said);
        assert!(!FailureKind::of(&printed).code().blames_token(), "{said:?}");
        assert!(!words_of(&printed).to_lowercase().contains("update"), "{said:?}");
    }
}

#[test]
fn a_proxy_is_named_as_the_cause_and_its_password_is_not_shown() {
    let of_proxy = |line: &str| {
        let given = Given { proxy: Some("HTTPS_PROXY".to_owned()), ..Given::default() };
        words_of(&printed_with(given, &[line]))
    };
    for (line, begins, has) in [
        ("ERROR: Invalid IPv6 URL", BAD_PROXY, "Invalid IPv6 URL"),
        ("ValueError: Invalid IPv6 URL", BAD_PROXY, "Invalid IPv6 URL"),
        (
            "yt_dlp.networking.exceptions.NoSupportingHandlers: Unable to handle request: Unsupported proxy type: \"ftp\" (urllib)",
            BAD_PROXY,
            "ftp",
        ),
        ("ERROR: nonnumeric port: '9x9'", BAD_PROXY, "nonnumeric port"),
        ("ERROR: Port could not be cast to integer value as '9x9'", BAD_PROXY, "Port"),
        ("ERROR: 'bad' does not appear to be an IPv4 or IPv6 address", BAD_PROXY, "does not appear"),
        (
            "yt_dlp.networking.exceptions.RequestError: URL can't contain control characters. 'ho st' (found at least ' ')",
            BAD_PROXY,
            "URL can't contain control characters",
        ),
        (
            "yt_dlp.networking.exceptions.RequestError: encoding with 'idna' codec failed (UnicodeError: label empty or too long)",
            BAD_PROXY,
            "label empty or too long",
        ),
        (
            "yt_dlp.networking.exceptions.NoSupportingHandlers: Unable to handle request: Invalid proxy url \"http:/u:pw@h\": proxy URL with no authority: 'http:/u:pw@h' (urllib)",
            BAD_PROXY,
            "Invalid proxy url",
        ),
        (
            "yt_dlp.networking.exceptions.RequestError: Port out of range 0-65535",
            BAD_PROXY,
            "Port out of range",
        ),
        ("ERROR: Proxy \"user:pw@host\" missing scheme", BAD_PROXY, "Proxy \"…@host\" missing scheme"),
        ("ERROR: Unable to handle request: Proxy \"u:pw@h\" missing scheme (requests)", BAD_PROXY, "…@h"),
        ("ERROR: Invalid proxy url \"http:user:pw@host\": no host", BAD_PROXY, "…@host"),
        ("ERROR: Unable to handle request: Unsupported proxy type: \"ftp\" (urllib)", BAD_PROXY, "ftp"),
        (
            "ERROR: [youtube] dQw4w9WgXcQ: Unable to download API page: [Errno 111] Connection refused (caused by TransportError('[Errno 111] Connection refused'))",
            "YouTube could not be reached for dQw4w9WgXcQ through the proxy of HTTPS_PROXY: Connection refused.",
            "See whether the network and the proxy of HTTPS_PROXY work",
        ),
        (
            "ERROR: unable to download video data: <urlopen error Tunnel connection failed: 407 Proxy Authentication Required>",
            "YouTube could not be reached",
            "407 Proxy Authentication Required",
        ),
    ] {
        let words = of_proxy(line);
        assert!(words.starts_with(&format!("no-network | {begins}")) && words.contains(has), "{words}");
        assert!(!words.contains("pw"), "{words}");
    }
    // A video's own trouble is not the proxy's.
    assert!(of_proxy("ERROR: [youtube] dQw4w9WgXcQ: Video unavailable").starts_with("not-available"));
}

#[test]
fn cookies_that_were_given_change_the_advice() {
    let words = |cookies, said: &[&str]| words_of(&printed_with(Given { cookies, ..Given::default() }, said));
    let bot = format!("ERROR: [youtube] dQw4w9WgXcQ: Sign in to confirm you’re not a bot. {BY_COOKIES}");
    let private = format!(
        "ERROR: [youtube] dQw4w9WgXcQ: Private video. Sign in if you've been granted access to this video. {BY_COOKIES}"
    );
    let rotated = words(true, &[ROTATED, &bot]);
    assert!(
        rotated
            .starts_with("cookies-rotated | The cookies that were given for dQw4w9WgXcQ are no longer good"),
        "{rotated}"
    );
    assert!(rotated.contains("Open YouTube in that browser, and start the download again"), "{rotated}");
    assert!(words(true, &[ROTATED, &bot.replace('’', "'")]).starts_with("cookies-rotated"));
    assert!(words(true, &[ROTATED, &private]).starts_with("cookies-rotated"));
    assert!(words(true, &[ROTATED, FORBIDDEN]).starts_with("token-refused"));
    assert!(words(false, &[ROTATED, &bot]).starts_with("bot-check"));

    let workspace = "ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video is restricted. Please check the Google Workspace administrator and/or the network administrator restrictions";
    let premium = "ERROR: [youtube] dQw4w9WgXcQ: This video is only available to Music Premium members";
    let age = "ERROR: [youtube] dQw4w9WgXcQ: Verify your age to continue";
    let log_in = "Log in to an account that may see it, and switch on the cookies";
    for (line, without, with) in [
        (bot.as_str(), "Switch on the cookies", "do without the cookies"),
        (workspace, "DNS and safe search", "Do without the cookies"),
        (premium, log_in, "Log in to one that may"),
        (&private, log_in, "Log in to one that may"),
        (age, log_in, "Confirm its age"),
    ] {
        assert!(words(false, &[line]).contains(without), "{line}: {}", words(false, &[line]));
        assert!(words(true, &[line]).contains(with), "{line}: {}", words(true, &[line]));
        assert!(!words(true, &[line]).to_lowercase().contains("switch on"), "{line}");
    }
}
