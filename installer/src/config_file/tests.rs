use super::*;

const PERSONS: &str =
    "# mine\n[[sink]]  # first\nkind = \"keyring\"\n\n[store]\npath = \":memory:\" # no file\n";

fn parse(text: &str) -> Config {
    Config::parse(Path::new("config.toml"), text).unwrap()
}

#[test]
fn sinks_and_ids_can_be_added_to_a_new_file() {
    let mut config = Config::new(Path::new("config.toml"));
    assert!(!config.has_a_sink());
    assert!(config.add_sink(Sink::EnvFile("/srv/a \"b\"/.env")).unwrap());
    assert!(config.add_extension_id("x@example.org").unwrap());
    assert!(config.has_a_sink());
    let text = config.text_with_head();
    assert!(text.starts_with("# What potbridge does"), "{text}");
    let read: toml::Table = toml::from_str(&text).unwrap();
    assert_eq!(read["sink"][0]["kind"].as_str(), Some("env-file"));
    assert_eq!(read["sink"][0]["path"].as_str(), Some("/srv/a \"b\"/.env"));
    assert_eq!(read["extension_ids"][0].as_str(), Some("x@example.org"));
}

#[test]
fn additions_can_be_removed_without_a_trace() {
    let mut config = parse(PERSONS);
    assert!(config.add_sink(Sink::EnvFile("/srv/.env")).unwrap());
    assert!(!config.add_sink(Sink::EnvFile("/srv/.env")).unwrap());
    assert!(config.add_extension_id("x@example.org").unwrap());
    assert!(!config.add_extension_id("x@example.org").unwrap());
    let changed = config.text();
    for line in PERSONS.lines() {
        assert!(changed.contains(line), "{line} is missing in\n{changed}");
    }
    let mut config = parse(&changed);
    assert!(config.remove_sink(Sink::EnvFile("/srv/.env")));
    assert!(config.remove_extension_id("x@example.org"));
    assert_eq!(config.text(), PERSONS);
}

#[test]
fn a_sink_that_a_person_changed_is_not_removed() {
    let mut config =
        parse("[[sink]]\nkind = \"env-file\"\npath = \"/srv/.env\"\nvars = { A = \"{token}\" }\n");
    assert!(!config.remove_sink(Sink::EnvFile("/srv/.env")));
    assert!(!config.add_sink(Sink::EnvFile("/srv/.env")).unwrap());
}

#[test]
fn sinks_can_be_an_inline_list() {
    let mut config = parse("sink = [{ kind = \"keyring\" }]\n");
    assert!(config.has_a_sink());
    assert!(config.add_sink(Sink::EnvFile("/srv/.env")).unwrap());
    assert!(!config.add_sink(Sink::EnvFile("/srv/.env")).unwrap());
    assert!(config.remove_sink(Sink::EnvFile("/srv/.env")));
    assert_eq!(config.text(), "sink = [{ kind = \"keyring\" }]\n");
}

#[test]
fn a_keyring_is_added_once_and_removed() {
    let mut config = Config::new(Path::new("config.toml"));
    assert!(config.add_sink(Sink::Keyring).unwrap());
    assert!(!config.add_sink(Sink::Keyring).unwrap());
    assert_eq!(config.text(), "[[sink]]\nkind = \"keyring\"\n");
    assert!(config.remove_sink(Sink::Keyring) && !config.has_a_sink());
    let mut persons = parse("[[sink]]\nkind = \"keyring\"\nservice = \"mine\"\n");
    assert!(!persons.remove_sink(Sink::Keyring));
}

#[test]
fn yt_dlps_path_can_be_removed_without_a_trace() {
    for (persons, with_table) in [
        (PERSONS, true),
        ("", true),
        ("[download]\n# mine\ndir = \"/srv\" # there\n\n[store]\n", false),
        ("[download]\n", false),
        ("download.dir = \"/srv\"\n[store]\n", false),
        ("download = { dir = \"/srv\" }\n", false),
    ] {
        let mut config = parse(persons);
        assert_eq!(
            (config.download(DownloadKey::YtDlp).unwrap(), config.has_downloads()),
            (None, !with_table)
        );
        config.set_download(DownloadKey::YtDlp, "/opt/yt-dlp").unwrap();
        let changed = config.text();
        let read: toml::Table = toml::from_str(&changed).unwrap();
        assert_eq!(read["download"]["yt_dlp"].as_str(), Some("/opt/yt-dlp"), "{changed}");
        let mut config = parse(&changed);
        assert!(
            !config.remove_download(DownloadKey::YtDlp, "/usr/bin/yt-dlp", with_table),
            "it names another one"
        );
        assert!(config.remove_download(DownloadKey::YtDlp, "/opt/yt-dlp", with_table));
        assert_eq!(config.text(), persons);
    }
    let mut config = parse("download = 1\n");
    let error = config.set_download(DownloadKey::YtDlp, "/opt/yt-dlp").unwrap_err().to_string();
    assert!(error.starts_with("config.toml: `download`"), "{error}");
    assert!(parse("download.yt_dlp = [\"/opt/yt-dlp\"]\n").download(DownloadKey::YtDlp).is_err());
}

#[test]
fn a_value_of_the_wrong_type_is_an_error() {
    let mut config = parse("sink = 1\nextension_ids = \"x\"\n");
    let error = config.add_sink(Sink::EnvFile("/srv/.env")).unwrap_err().to_string();
    assert!(error.starts_with("config.toml: `sink`"), "{error}");
    let error = config.add_extension_id("x@y").unwrap_err().to_string();
    assert!(error.contains("extension_ids"), "{error}");
    assert!(Config::parse(Path::new("config.toml"), "[[").is_err());
}

#[test]
fn a_byte_order_mark_and_the_ends_of_lines_stay() {
    for mine in [
        "\u{feff}# mine\r\n[log]\r\nlevel = \"debug\"\r\n",
        "# mine\r\n[log]\nlevel = \"debug\"\r\n\r\n# end\r\n",
        "\u{feff}[log]\nlevel = \"debug\"\n",
        "a = \"\"\"\r\nb\r\n\"\"\"\r\n",
    ] {
        let mut config = parse(mine);
        assert_eq!(config.text(), mine);
        assert!(config.add_sink(Sink::EnvFile("/srv/.env")).unwrap());
        let changed = config.text();
        assert_eq!(changed.starts_with('\u{feff}'), mine.starts_with('\u{feff}'));
        assert_eq!(changed.contains("path = \"/srv/.env\"\r\n"), mine.contains('\r'), "{changed:?}");
        let mut config = parse(&changed);
        assert!(config.remove_sink(Sink::EnvFile("/srv/.env")));
        assert_eq!(config.text(), mine);
    }
}
