//! What a configuration means, and which mistakes are refused.

use super::variables::default_variables;
use super::*;

fn parsed(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("/c.toml")).map_err(|error| error.to_string())
}

#[test]
fn the_default_variable_is_that_of_yt_dl_backend() {
    let config = parsed("[[sink]]\nkind = \"env-file\"\npath = \"/srv/.env\"\n").unwrap();
    let [
        SinkConfig {
            sink: Sink::EnvFile(file),
            vars,
            on_update: None,
            on_expire: OnExpire::Keep,
            private_windows: false,
        },
    ] = config.sinks.as_slice()
    else {
        panic!("{config:?}")
    };
    assert_eq!((file.path.as_path(), file.allow_tracked), (Path::new("/srv/.env"), false));
    let state = potbridge_system::dirs::Dirs::of_environment().ok().map(|dirs| dirs.state);
    assert_eq!(file.journal_folder, state);
    let names: Vec<_> = vars.keys().map(VariableName::as_str).collect();
    assert_eq!(names, ["YT_DLP_PO_TOKEN"]);
}

#[test]
fn a_mistake_is_named_with_its_place() {
    for (text, why) in [
        ("[[sink]]\nkind = \"envfile\"\npath = \"/x\"", "line 2: unknown variant `envfile`"),
        ("[[sink]]\nkind = \"env-file\"", "line 1: a sink of the kind env-file needs a path"),
        ("[[sink]]\npath = \"/x\"", "line 1: missing field `kind`"),
        ("sink = 1", "line 1: a sink is a table"),
        ("\nsink = [1]", "line 2: a sink is a table"),
        (
            "[[sink]]\nkind = \"env-file\"\npath = \"x/.env\"",
            "line 1: the path x/.env of a sink is not absolute",
        ),
        ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\n[sink.vars]\nA = \"{tok}\"", "{tok}"),
        ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\n[sink.vars]\n\"A B\" = \"1\"", "A B"),
        ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\nvars = {}", "no variables"),
        ("[store]\npath = \"tokens.db\"", "tokens.db of the store is not absolute"),
        ("[[sink]]\nkind = \"command\"", "line 1: a sink of the kind command needs a command"),
        ("[[sink]]\nkind = \"command\"\ncommand = []", "command is empty"),
        ("[[sink]]\nkind = \"env-file\"\npath = \"/x\"\non_update = \" \"", "command is empty"),
        (
            "[[sink]]\nkind = \"env-file\"\npath = \"/x\"\n[[sink]]\nkind = \"env-file\"\npath = \"/x\"",
            "line 4: two sinks write to /x",
        ),
        ("[download]\nffmpeg = \"ffmpeg\"", "the path ffmpeg of ffmpeg is not absolute"),
        ("[download]\nffmpeg = \"/a\\u001b\"", "ffmpeg of [download] has a control character"),
        (
            "[download]\njs_runtime = \"/usr/bin/deno\"",
            "it is deno, node, quickjs, bun and the program's path",
        ),
        ("[download]\njs_runtime = \"deno:bin/deno\"", "the path bin/deno of js_runtime is not absolute"),
        ("\nsink = ", "line 2"),
    ] {
        let error = parsed(text).unwrap_err();
        assert!(error.contains(why) && error.contains("/c.toml"), "{text}: {error}");
    }
}

/// What is said of a mistake, with its hint.
fn refused(text: &str) -> (String, String) {
    let error = Config::parse(text, Path::new("/c.toml")).unwrap_err();
    (error.to_string(), error.hint())
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_nearest_one() {
    const ENV_FILE: &str = "[[sink]]\nkind = \"env-file\"\npath = \"/x\"\n";
    for (text, line, key, hint) in [
        ("[stores]\n".to_owned(), 1, "stores", "did you mean `store`?"),
        ("\n[[sinks]]\n".to_owned(), 2, "sinks", "did you mean `sink`?"),
        ("[store]\n\npaht = \"/x\"".to_owned(), 3, "paht", "did you mean `path`?"),
        ("[store]\nwings = 2".to_owned(), 2, "wings", "the keys here are `path`"),
        ("[download]\nextra_option = []".to_owned(), 2, "extra_option", "did you mean `extra_options`?"),
        ("serve.host = []".to_owned(), 1, "host", "did you mean `hosts`?"),
        (format!("{ENV_FILE}on_updat = \"true\""), 4, "on_updat", "did you mean `on_update`?"),
        (format!("{ENV_FILE}var.A = \"1\""), 4, "var", "did you mean `vars`?"),
        (format!("{ENV_FILE}alow_tracked = true"), 4, "alow_tracked", "did you mean `allow_tracked`?"),
    ] {
        let why = format!("the configuration /c.toml is not valid: line {line}: unknown key `{key}`");
        assert_eq!(refused(&text), (why, hint.to_owned()), "{text}");
    }
}

#[test]
fn a_key_of_another_kind_of_sink_is_refused() {
    let (why, hint) = refused("[[sink]]\nkind = \"keyring\"\npath = \"/x\"");
    assert!(why.ends_with("line 3: unknown key `path`"), "{why}");
    assert_eq!(hint, "the keys here are `service`, `kind`, `vars`, `on_update`, `on_expire`");
}

#[test]
fn the_environment_has_the_variables_of_all_sinks() {
    let names = |text| parsed(text).unwrap().environment();
    let two = names(
        "[[sink]]\nkind = \"env-file\"\npath = \"/x\"\nvars = { A = \"1\" }\n\
         [[sink]]\nkind = \"command\"\ncommand = \"cat\"\nvars = { A = \"2\", B = \"3\" }",
    );
    let two: Vec<_> = two.iter().map(|(name, template)| (name.as_str(), template)).collect();
    let template = |text| Template::new(text).unwrap();
    assert_eq!(two, [("A", &template("1")), ("B", &template("3"))]);
    assert_eq!(names(""), default_variables());
}

#[test]
fn a_line_that_cannot_be_read_is_not_shown() {
    let error = parsed("[[sink]]\nkind = \"redis\"\nurl = redis://me:s3cr3t@db\n").unwrap_err();
    assert!(error.contains("line 3") && !error.contains("s3cr3t"), "{error}");
}

#[test]
fn no_mistake_shows_the_password_of_a_url() {
    for url in ["\"redis://me:s3cr3t@db:x\"", "\"http://me:s3cr3t@db\"", "[\"redis://me:s3cr3t@db\"]"] {
        let (why, hint) = refused(&format!("[[sink]]\nkind = \"redis\"\n\nurl = {url}\n"));
        assert!(why.contains("line 4: "), "{why}");
        assert!(!why.contains("s3cr3t") && !hint.contains("s3cr3t"), "{why}");
    }
}

#[test]
fn no_file_is_the_default() {
    assert_eq!(Config::load(Path::new("/nowhere/config.toml")).unwrap(), Config::default());
}
