use super::NotAnAddress::{Channel, Characters, NotPlain, NothingNamed, Option, OtherSite, TooLong};
use super::*;
use proptest::prelude::*;

const ID: &str = "dQw4w9WgXcQ";
const LIST: &str = "PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf";

fn named(text: &str) -> Result<(std::option::Option<String>, std::option::Option<String>), NotAnAddress> {
    let page = page(text)?;
    Ok((page.video_id.map(String::from), page.list_id.map(String::from)))
}

fn video(text: &str) -> Result<std::option::Option<String>, NotAnAddress> {
    named(text).map(|(video, _)| video)
}

#[test]
fn a_video_is_named_by_its_id_or_by_its_page() {
    for text in [
        ID,
        "https://www.youtube.com/watch?v=ID",
        "http://www.youtube.com/watch?v=ID&t=42s#top",
        "HTTPS://WWW.YouTube.com/watch?feature=share&v=ID&pp=ygUEdGVzdA%3D%3D",
        "https://www.youtube.com/watch/?v=ID",
        "https://www.youtube.com/watch/ID",
        "https://www.youtube.com/?v=ID",
        "https://www.youtube.com//watch?v=ID",
        "www.youtube.com/watch?v=ID",
        "youtube.com/watch?v=ID&list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf&index=2",
        "m.youtube.com/watch?v=ID",
        "//www.youtube.com/embed/ID",
        "https://youtu.be/ID?si=AbC-_d",
        "youtu.be/ID",
        // The same host and port.
        "https://www.youtube.com:443/watch?v=ID",
        "HTTPS://youtu.be:443/ID",
        "http://www.youtube.com:80/watch?v=ID",
        "m.youtube.com:443/watch?v=ID",
        "https://www.youtube.com:/watch?v=ID",
        "https://www.youtube.com./watch?v=ID",
        "youtu.be./ID",
        "https://www.youtube.com.:443/watch?v=ID",
        "https://consent.youtube.com:443/m?continue=https%3A%2F%2Fwww.youtube.com%3A443%2Fwatch%3Fv%3DID",
        "https://youtu.be/watch?v=ID",
        "https://m.youtube.com/shorts/ID",
        "https://www.youtube.com/shorts/ID/",
        "https://www.youtube.com/live/ID?feature=shared",
        "https://www.youtube.com/embed/ID?rel=0",
        "https://www.youtube-nocookie.com/embed/ID",
        "https://www.youtube.com/v/ID",
        "https://www.youtube.com/v/ID&hl=en_US&fs=1",
        "https://www.youtube.com/e/ID",
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(video(&text), Ok(Some(ID.to_owned())), "{text}");
    }
}

#[test]
fn an_id_may_begin_like_an_option() {
    for id in ["-AbC_d3fGh1", "--exec_abcd", "-----------"] {
        assert_eq!(video(id), Ok(Some(id.to_owned())));
        assert_eq!(video(&format!("https://youtu.be/{id}")), video(id));
        assert_eq!(video(&format!("{id}.\n")), video(id));
    }
}

/// `si=` and `t=` are put behind an address without a look at what is there.
#[test]
fn fields_may_be_joined_by_the_wrong_sign() {
    for text in [
        "https://www.youtube.com/watch?v=ID?si=abc",
        "https://www.youtube.com/watch?v=ID?t=4?si=abc&x=1",
        "https://youtu.be/ID&t=42",
        "https://youtu.be/ID&t=42?si=abc",
        "https://www.youtube.com/shorts/ID&feature=share",
        "https://www.youtube.com/watch?feature=x?v=ID",
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(named(&text), Ok((Some(ID.to_owned()), None)), "{text}");
    }
}

#[test]
fn a_path_or_a_query_may_stand_behind_the_number_sign() {
    for text in [
        "https://m.youtube.com/#/watch?v=ID",
        "https://m.youtube.com/#/watch?feature=x&v=ID",
        "https://www.youtube.com/watch#!v=ID",
        "https://www.youtube.com/watch#!feature=x&v=ID",
        "https://www.youtube.com/#!v=ID",
        "https://www.youtube.com/watch?v=ID#/watch?v=AbC_d3fGh1-",
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(video(&text), Ok(Some(ID.to_owned())), "{text}");
    }
    assert_eq!(video("https://evil.example/#/watch?v=dQw4w9WgXcQ"), Err(OtherSite));
}

#[test]
fn what_was_escaped_is_read() {
    for text in [
        // zsh.
        r"https://www.youtube.com/watch\?v\=ID",
        r"https://www.youtube.com/watch\?feature\=x\&v\=ID",
        // HTML, once and twice.
        "https://www.youtube.com/watch?feature=x&amp;v=ID",
        "https://www.youtube.com/watch?feature=x&amp;amp;v=ID",
        "https://www.youtube.com/watch?feature=x&#38;v&#61;ID",
        // JSON and scripts.
        r"https:\/\/www.youtube.com\/watch?feature=x\u0026v=ID",
        r"https://www.youtube.com/watch?v\u003dID",
        // The shell of Windows.
        "https://www.youtube.com/watch?feature=x^&v=ID",
        // A field of a query.
        "https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DID%26t%3D1",
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(video(&text), Ok(Some(ID.to_owned())), "{text}");
    }
    // Markdown.
    assert_eq!(video(r"https://youtu.be/\_AbC\_d3fGh1"), Ok(Some("_AbC_d3fGh1".to_owned())));
}

#[test]
fn what_surrounds_an_address_is_passed_over() {
    for text in [
        "https://youtu.be/ID.",
        "https://youtu.be/ID,",
        "https://youtu.be/ID).",
        "(https://youtu.be/ID)",
        "<https://youtu.be/ID>",
        "\"https://youtu.be/ID\"",
        "'https://www.youtube.com/watch?v=ID'",
        "«https://youtu.be/ID»!",
        "“https://youtu.be/ID”…",
        "https://youtu.be/ID。",
        "**https://youtu.be/ID**",
        "`ID`",
        "\"ID\".",
        " \t https://youtu.be/ID \r\n",
        "\u{feff}https://youtu.be/ID\u{200b}",
        " ID",
        "ID\n",
        "https://www.youtube.com/watch?v=ID/",
        // Copied with what surrounds it, and escaped then.
        "https://www.youtube.com/watch?v=ID%20",
        "https://www.youtube.com/watch?v=ID%0D%0A",
        "https://www.youtube.com/watch?v=ID%C2%A0%e2%80%8b",
        "https://youtu.be/ID%22%3E.",
        "%20https://youtu.be/ID",
        "%22https://youtu.be/ID%22",
        "ID%20",
        "https://www.youtube.com/watch?v=%20ID%20&t=4",
        "https://youtu.be/ID%20?si=abc",
        "https%3A%2F%2Fyoutu.be%2FID%20",
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(video(&text), Ok(Some(ID.to_owned())), "{text:?}");
    }
}

#[test]
fn other_fields_may_hold_anything() {
    for text in [
        "https://www.youtube.com/watch?v=ID&ab_channel=Raúl",
        "https://www.youtube.com/watch?ab_channel=Raúl&v=ID",
        "https://www.youtube.com/watch?v=ID&ab_channel=チャンネル",
        "https://www.youtube.com/watch?v=ID&ab_channel=A(B)!;$C|D",
        "https://www.youtube.com/watch?v=ID&ab_channel=A B",
        "https://youtu.be/ID?x=%C3%BC&y=😀#ü",
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(video(&text), Ok(Some(ID.to_owned())), "{text}");
    }
}

#[test]
fn an_address_is_taken_out_of_another_once() {
    for text in [
        "https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DID%26cbrd%3D1&gl=DE",
        "https://consent.youtube.com/ml?gl=DE&continue=https://www.youtube.com/watch?v=ID&hl=de",
        "https://consent.google.com/ml?continue=https%3A%2F%2Fyoutu.be%2FID",
        "https://www.youtube.com/attribution_link?a=x&u=%2Fwatch%3Fv%3DID%26feature%3Dshare",
        "https://www.youtube.com/attribution_link?a=x&u=/watch?v=ID&feature=share",
        "youtube.com/attribution_link?u=https%3A%2F%2Fm.youtube.com%2Fwatch%3Fv%3DID",
        "https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fyoutu.be%2FID",
        "https://www.youtube.com/redirect?q=https://www.youtube.com/watch?v=ID&v=AbC_d3fGh1-",
        "https://www.youtube.com/oops?next=%2Fwatch%3Fv%3DID",
        "https://www.youtube.com/verify_age?next_url=/watch%3Fv%3DID",
        "https://www.youtube.com/oembed?url=https%3A//youtu.be/ID&format=json",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DID&usg=x",
        "www.google.com/url?q=https://www.youtube.com/watch?v=ID",
        "https://www.google.com/sorry/index?continue=https://www.youtube.com/watch%3Fv%3DID&q=EgQ",
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(video(&text), Ok(Some(ID.to_owned())), "{text}");
    }
    let list = "https://consent.youtube.com/m?continue=https%3A%2F%2Fmusic.youtube.com%2Fplaylist%3Flist%3D";
    let page = page(&format!("{list}{LIST}")).unwrap();
    assert_eq!((page.list_id.unwrap().as_str(), page.music), (LIST, true));
    for (text, why) in [
        ("https://consent.youtube.com/m?continue=https%3A%2F%2Fevil.example%2Fwatch%3Fv%3DID", OtherSite),
        ("https://consent.youtube.com/m?continue=https://www.youtube.com.evil.example/watch?v=ID", OtherSite),
        (
            "https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%40evil.example%2Fwatch%3Fv%3DID",
            OtherSite,
        ),
        ("https://consent.youtube.com/m?continue=%2F%2Fevil.example%2Fwatch%3Fv%3DID", OtherSite),
        ("https://consent.youtube.com/watch?v=ID", OtherSite),
        ("https://www.youtube.com/redirect?q=https://evil.example/?a=1&v=ID", OtherSite),
        ("https://www.youtube.com/redirect?q=https%3A%2F%2Fevil.example%2F%3Fv%3DID", OtherSite),
        ("https://www.youtube.com/attribution_link?u=%2Fresults%3Fq%3Dx", NothingNamed),
        // Twice.
        (
            "https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2Fredirect%3Fq%3Dhttps%253A%252F%252Fyoutu.be%252FID",
            NothingNamed,
        ),
        // What leads there is another site itself.
        ("https://evil.example/url?q=https://www.youtube.com/watch?v=ID", OtherSite),
        ("https://www.google.com.evil.example/url?q=https://youtu.be/ID", OtherSite),
        ("https://www.google.com/search?q=https://youtu.be/ID", OtherSite),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fyoutu.be%2FID", OtherSite),
    ] {
        let text = text.replace("ID", ID);
        assert_eq!(video(&text), Err(why), "{text}");
    }
}

#[test]
fn a_playlist_is_named_in_each_of_its_ways() {
    for text in [
        "https://www.youtube.com/playlist?list=LIST",
        "https://music.youtube.com/playlist?list=LIST&si=x",
        "https://www.youtube.com/playlist?list=VLLIST",
        "https://music.youtube.com/browse/VLLIST",
        "https://music.youtube.com/browse/VLLIST?si=abc",
        "https://www.youtube.com/show/VLLIST",
        "https://www.youtube.com/watch?list=LIST",
        "https://www.youtube.com/embed/videoseries?list=LIST",
        "https://www.youtube.com/playlist?list=LIST?si=abc",
        "https://m.youtube.com/#/playlist?list=LIST",
        "<https://www.youtube.com/playlist?list=LIST>.",
        "LIST",
        "VLLIST",
    ] {
        let text = text.replace("LIST", LIST);
        assert_eq!(named(&text), Ok((None, Some(LIST.to_owned()))), "{text}");
        assert_eq!(page(&text).unwrap().music, text.contains("music."), "{text}");
    }
    for text in [
        "https://www.youtube.com/watch?v=ID&list=LIST&index=3",
        "https://youtu.be/ID?list=LIST",
        "https://youtu.be/ID&list=LIST",
        "https://www.youtube.com/embed/ID?list=LIST",
    ] {
        let text = text.replace("ID", ID).replace("LIST", LIST);
        assert_eq!(named(&text), Ok((Some(ID.to_owned()), Some(LIST.to_owned()))), "{text}");
    }
    let album = "MPREb_gTAcphH99wE";
    for text in [album.to_owned(), format!("https://music.youtube.com/browse/{album}?si=x")] {
        let page = page(&text).unwrap();
        assert_eq!((page.list_id.unwrap().as_str(), page.music), (album, true), "{text}");
    }
}

/// Each is refused before anything is started.
#[test]
fn whatever_names_no_video_is_refused() {
    let long = format!("https://www.youtube.com/watch?v={ID}&x={}", "x".repeat(MAX_BYTES));
    let table = [
        // Options.
        ("--exec=touch x", Option),
        ("--exec", Option),
        ("-a", Option),
        ("-oProxyCommand=x", Option),
        ("--", Option),
        ("-", Option),
        // Other sites.
        ("https://vimeo.com/1084537", OtherSite),
        ("https://www.youtube.com.evil.net/watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://notyoutube.com/watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://studio.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://evil.net/https://www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://evil.net#www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://evil.net?www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://evil.net&www.youtube.com/watch?v=dQw4w9WgXcQ", OtherSite),
        ("//www.youtube.com.evil.net/watch?v=dQw4w9WgXcQ", OtherSite),
        ("localhost/watch?v=dQw4w9WgXcQ", OtherSite),
        ("http://127.0.0.1/watch?v=dQw4w9WgXcQ", OtherSite),
        // More than a host.
        ("https://user@www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
        ("https://user:word@youtu.be/dQw4w9WgXcQ", NotPlain),
        ("https://www.youtube.com:8080/watch?v=dQw4w9WgXcQ", NotPlain),
        ("http://www.youtube.com:443/watch?v=dQw4w9WgXcQ", NotPlain),
        ("https://www.youtube.com:80/watch?v=dQw4w9WgXcQ", NotPlain),
        ("www.youtube.com:80/watch?v=dQw4w9WgXcQ", NotPlain),
        ("https://www.youtube.com:4430/watch?v=dQw4w9WgXcQ", NotPlain),
        ("https://www.youtube.com:443:443/watch?v=dQw4w9WgXcQ", NotPlain),
        ("https://www.youtube.com../watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://evil.example:443/watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://evil.example./watch?v=dQw4w9WgXcQ", OtherSite),
        ("https://www.youtube.com@evil.net/watch?v=dQw4w9WgXcQ", OtherSite),
        (r"https://www.youtube.com\@evil.net/watch?v=dQw4w9WgXcQ", Characters),
        (r"https://evil.net\@www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
        (r"https://evil.net\.youtube.com/watch?v=dQw4w9WgXcQ", Characters),
        ("ftp://www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
        ("javascript://www.youtube.com/watch?v=dQw4w9WgXcQ", NotPlain),
        // Paths.
        ("file:///etc/passwd", NotPlain),
        ("/etc/passwd", OtherSite),
        ("../dQw4w9WgXcQ", OtherSite),
        ("./x", OtherSite),
        ("~/videos", OtherSite),
        ("C:\\videos", Characters),
        // Shell words.
        ("$(id)", Characters),
        ("dQw4w9WgXcQ;id", Characters),
        ("`id`", Characters),
        ("dQw4w9WgXcQ|id", Characters),
        ("dQw4w9WgXcQ\n--exec", Characters),
        ("dQw4w9WgXcQ\0", Characters),
        ("dQw4w9WgXcQ AbC_d3fGh1-", Characters),
        ("https://www.youtube.com/watch?v=$(id)xxxxx", Characters),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ;id", Characters),
        // yt-dlp's own words.
        ("ytsearch:x", NothingNamed),
        (":ytfav", NothingNamed),
        ("ytdl:x", NothingNamed),
        // Letters that look like others.
        ("https://www.yоutube.com/watch?v=dQw4w9WgXcQ", Characters),
        ("dQw4w9WgХcQ", Characters),
        ("https://youtu.be/dQw4w9WgXcＱ", Characters),
        // Ids that are none, pages without a video.
        ("", NothingNamed),
        (" .", Characters),
        ("dQw4w9WgXc", NothingNamed),
        ("dQw4w9WgXcQQ", NothingNamed),
        ("PLdQw4w9WgXc", NothingNamed),
        ("watch?v=dQw4w9WgXcQ", NothingNamed),
        ("https://youtu.be/dQw4w9WgXc", NothingNamed),
        ("https://youtu.be/dQw4w9WgXcQQ&t=4", NothingNamed),
        ("https://www.youtube.com/v/dQw4w9WgXcQQ", NothingNamed),
        ("https://www.youtube.com/watch?v=dQw4w9WgXc?si=Q", NothingNamed),
        ("https://www.youtube.com", NothingNamed),
        ("https://www.youtube.com/", NothingNamed),
        ("https://www.youtube.com/watch", NothingNamed),
        ("https://www.youtube.com/watch?v=--exec", NothingNamed),
        ("https://www.youtube.com/watch?v=dQw4w9WgXc%51", NothingNamed),
        ("https://www.youtube.com/shorts/../x", NothingNamed),
        ("https://www.youtube.com/embed/live_stream?channel=UCx", NothingNamed),
        ("https://www.youtube.com/feed/history", NothingNamed),
        ("https://www.youtube.com/clip/UgkxdQw4w9WgXcQ", NothingNamed),
        ("https://youtu.be/", NothingNamed),
        ("https://youtu.be/dQw4w9WgXcQ/x", NothingNamed),
        ("https://music.youtube.com/playlist?list=--exec", NothingNamed),
        // Channels.
        ("https://www.youtube.com/@name/videos", Channel),
        ("https://www.youtube.com/channel/UC0123456789abcdefghijkl", Channel),
        ("https://www.youtube.com/c/name/playlists", Channel),
        ("https://music.youtube.com/browse/UC0123456789abcdefghijkl", Channel),
        (&long, TooLong(MAX_BYTES + 46)),
    ];
    for (text, why) in table {
        assert_eq!(named(text), Err(why), "{text:?}");
    }
}

proptest! {
    #[test]
    fn hostile_texts_never_panic(text in r"(https?:(//|%3A|\\/))?(youtu.be|www.youtube.com|consent.youtube.com)?[a-zA-Z0-9./?#&=%@:;^\\\u{e9}]{0,60}") {
        if let Ok(page) = page(&text) {
            prop_assert!(page.video_id.is_some() || page.list_id.is_some());
        }
    }

    /// Whatever stands behind a video, it names no other one, and no other host.
    #[test]
    fn nothing_behind_a_video_changes_it(rest in r"[?&#][a-zA-Z0-9./?#&=%@:;\\\u{e9}-]{0,60}") {
        let text = format!("https://youtu.be/{ID}{rest}");
        prop_assert_eq!(video(&text), Ok(Some(ID.to_owned())));
    }

    /// A host that is not YouTube's names nothing, whatever stands behind it.
    #[test]
    fn no_other_host_names_a_video(rest in r"[/?#&.@\\:][a-zA-Z0-9./?#&=%@:;\\-]{0,40}") {
        for start in ["https://evil.example", "evil.example", "//evil.example"] {
            let text = format!("{start}{rest}/watch?v={ID}");
            prop_assert!(named(&text).is_err());
        }
    }
}
