//! `potbridge sink`

mod document;

use super::config::change::change;
use super::output::{say, say_success};
use super::sink_reports::{place_in_words, say_reports, say_result};
use crate::config::{Config, ConfigError, SinkConfig, folder_argument};
use crate::delivery::Delivery;
use crate::error::Error;
use crate::store::TokenStore;
use clap::{Args, Subcommand};
use document::{Kind, NewSink};
use potbridge_protocol::{Code, Problem, SinkReport};
use potbridge_system::dirs::Dirs;
use serde::Serialize;
use std::cell::RefCell;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

/// Add, list, remove or test the places that tokens are written to
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge sink add env-file /srv/yt-dl-backend/.env
  potbridge sink test
  potbridge sink remove /srv/yt-dl-backend/.env")]
pub(super) struct SinkCommand {
    /// Print one JSON object
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    /// List the places, in the order of the configuration
    #[command(after_help = "Examples:\n  potbridge sink list --json")]
    List,
    /// Remove a place from the configuration. What it holds stays
    #[command(
        after_help = "Examples:\n  potbridge sink remove /srv/yt-dl-backend/.env\n  potbridge sink remove keyring"
    )]
    Remove {
        /// The place as `sink list` shows it, or its kind if there is one of that kind
        place: String,
    },
    /// Write the newest token to the places, or look whether they can be read if there is no token
    #[command(after_help = "Examples:\n  potbridge sink test\n  potbridge sink test /srv/yt-dl-backend/.env")]
    Test {
        /// The place as `sink list` shows it, or its kind if there is one of that kind; by default all
        place: Option<String>,
    },
}

/// Add a place to the configuration, whose comments and order stay
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge sink add env-file .env --var PO_TOKEN={token} --var PO_TOKEN_VIDEO={video_id}
  potbridge sink add env-file /srv/app/.env --on-update 'systemctl --user restart app'
  potbridge sink add keyring
  potbridge sink add redis redis://localhost:6379/0 --set channel=tokens
  potbridge sink add command -- kubectl apply -f -")]
struct Add {
    /// The kind of place
    #[arg(value_enum)]
    kind: Kind,
    /// A file, a service of the keyring, a server's address, or a program with its arguments
    #[arg(value_name = "PLACE")]
    place: Vec<String>,
    /// A variable and the template of its value; may be given more than once [default: YT_DLP_PO_TOKEN={token}]
    #[arg(long = "var", value_name = "NAME=TEMPLATE")]
    vars: Vec<String>,
    /// A command of the shell to run after changes
    #[arg(long, value_name = "COMMAND")]
    on_update: Option<String>,
    /// Any other key, with a TOML value; may be given more than once
    #[arg(long = "set", value_name = "KEY=VALUE")]
    keys: Vec<String>,
}

/// A place, as it is told.
#[derive(Serialize)]
struct Told {
    kind: &'static str,
    place: String,
    vars: Vec<String>,
    on_update: Option<String>,
}

#[derive(Serialize)]
struct Listed {
    sinks: Vec<Told>,
}

#[derive(Serialize)]
struct Changed<'a> {
    path: &'a Path,
    sink: Told,
}

#[derive(Serialize)]
struct Tested {
    sinks: Vec<SinkReport>,
}

impl SinkCommand {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<u8, Error> {
        let dirs = Dirs::of_environment()?;
        let path = dirs.config.as_path();
        match self.command {
            Command::Add(add) => {
                let new = add.checked()?;
                let added = RefCell::new(None);
                change(&dirs, |text| {
                    Config::parse(text, path)?;
                    let text = document::add(text, &new).map_err(|why| ConfigError::invalid(path, why))?;
                    let after = Config::parse(&text, path).map_err(not_added)?;
                    added.replace(after.sinks.last().map(Told::of));
                    Ok(text)
                })?;
                let Some(sink) = added.into_inner() else { return Ok(0) };
                if self.json {
                    return say_success(stdout, &Changed { path, sink }).map(|()| 0);
                }
                say(stdout, format!("added to {}: {}", path.display(), sink.in_words()))?;
                say(stdout, "`potbridge sink test` writes the newest token there").map(|()| 0)
            }
            Command::List => {
                let config = Config::load(path)?;
                let sinks: Vec<_> = config.sinks.iter().map(Told::of).collect();
                if self.json {
                    return say_success(stdout, &Listed { sinks }).map(|()| 0);
                }
                if sinks.is_empty() {
                    say(stdout, "no place: `potbridge sink add` adds one")?;
                }
                sinks.iter().try_for_each(|sink| say(stdout, sink.in_words())).map(|()| 0)
            }
            Command::Remove { place } => {
                let removed = RefCell::new(None);
                change(&dirs, |text| {
                    let config = Config::parse(text, path)?;
                    let index = find(&config, &place)?;
                    let text =
                        document::remove(text, index).map_err(|why| ConfigError::invalid(path, why))?;
                    Config::parse(&text, path)?;
                    removed.replace(config.sinks.get(index).map(Told::of));
                    Ok(text)
                })?;
                let Some(sink) = removed.into_inner() else { return Ok(0) };
                if self.json {
                    return say_success(stdout, &Changed { path, sink }).map(|()| 0);
                }
                let words = sink.in_words();
                say(stdout, format!("removed from {}: {words}; what it holds stays", path.display()))
                    .map(|()| 0)
            }
            Command::Test { place } => {
                let mut config = Config::load(path)?;
                if let Some(place) = place {
                    let index = find(&config, &place)?;
                    config.sinks = vec![config.sinks.swap_remove(index)];
                }
                let store = Mutex::new(TokenStore::open(&config.store, &dirs)?);
                let sinks = Delivery::new(&store, &dirs).check(&config);
                if self.json {
                    return say_result(stdout, None, &sinks, &Tested { sinks: sinks.clone() });
                }
                if sinks.is_empty() {
                    say(stdout, "no place: `potbridge sink add` adds one")?;
                }
                say_reports(stdout, None, &sinks, "written to")
            }
        }
    }
}

/// Which place is meant.
fn find(config: &Config, place: &str) -> Result<usize, Error> {
    let absolute = folder_argument(Path::new(place)).ok().map(|path| path.display().to_string());
    let is_meant = |sink: &SinkConfig| {
        let here = sink.sink.place();
        here == place || Some(&here) == absolute.as_ref()
    };
    let of_kind: Vec<_> =
        (0..config.sinks.len()).filter(|index| config.sinks[*index].sink.kind() == place).collect();
    match (config.sinks.iter().position(is_meant), of_kind.as_slice()) {
        (Some(index), _) => Ok(index),
        (None, [index]) => Ok(*index),
        (None, _) => {
            let hint = match config.sinks.as_slice() {
                [] => "none is configured: `potbridge sink add` adds one".to_owned(),
                sinks => sinks
                    .iter()
                    .map(|sink| format!("there is {}", sink.sink.place()))
                    .collect::<Vec<_>>()
                    .join("\n"),
            };
            let problem = Problem::new(Code::Usage, format!("no place is called {place}"));
            Err(Error::Problem(problem.with_hint(hint)))
        }
    }
}

/// Why a place cannot be added. The line is one that nobody wrote.
fn not_added(error: ConfigError) -> Error {
    match error {
        ConfigError::Invalid { mistake, .. } => {
            let problem = Problem::new(Code::Usage, format!("the place was not added: {}", mistake.why));
            Error::Problem(
                problem
                    .with_hint(mistake.hint.unwrap_or_else(|| "see `potbridge sink add --help`".to_owned())),
            )
        }
        other => other.into(),
    }
}

impl Add {
    fn checked(self) -> Result<NewSink, Error> {
        let wrong = |why: String, hint: &str| Error::Problem(Problem::new(Code::Usage, why).with_hint(hint));
        let help = "see `potbridge sink add --help`";
        let pair = |text: &str, form: &str| {
            text.split_once('=')
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .ok_or_else(|| wrong(format!("write {form} instead of {text}"), help))
        };
        let mut place = self.place;
        match (self.kind, place.as_mut_slice()) {
            (Kind::Keyring, []) | (Kind::Keyring, [_]) | (Kind::Command, [_, ..]) => {}
            (Kind::EnvFile, [path]) => {
                let absolute = folder_argument(Path::new(path.as_str())).map_err(|why| wrong(why, help))?;
                *path = absolute.display().to_string();
            }
            (Kind::Redis, [url]) => {
                let user =
                    url.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(user, _)| user);
                if user.is_some_and(|user| user.contains(':')) {
                    let why =
                        "a password on the command line can be read by every user of this machine".to_owned();
                    return Err(wrong(why, "put it into a file, and say --set password_file='\"/path\"'"));
                }
            }
            (kind, []) => return Err(wrong(format!("which {}?", kind.wants()), help)),
            (kind, _) => return Err(wrong(format!("one {} is needed, and no more", kind.wants()), help)),
        }
        Ok(NewSink {
            kind: self.kind,
            place,
            vars: self.vars.iter().map(|text| pair(text, "NAME=TEMPLATE")).collect::<Result<_, _>>()?,
            on_update: self.on_update,
            keys: self.keys.iter().map(|text| pair(text, "KEY=VALUE")).collect::<Result<_, _>>()?,
        })
    }
}

impl Told {
    fn of(sink: &SinkConfig) -> Self {
        Self {
            kind: sink.sink.kind(),
            place: sink.sink.place(),
            vars: sink.vars.keys().map(|name| name.as_str().to_owned()).collect(),
            on_update: sink.on_update.as_ref().map(ToString::to_string),
        }
    }

    fn in_words(&self) -> String {
        let update =
            self.on_update.as_ref().map_or_else(String::new, |command| format!(", then runs `{command}`"));
        let place = place_in_words(self.kind, &self.place);
        format!("{:<8}  {place}  {}{update}", self.kind, self.vars.join(", "))
    }
}
