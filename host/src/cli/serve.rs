//! `potbridge serve`

use super::config::allow::allow;
use super::output::{say, say_success};
use crate::config::{Config, listen_address, reported_version};
use crate::error::Error;
use crate::ipc::request_token::request_token;
use crate::serve::{Limits, Secret, ServeOptions, Server};
use clap::Args;
use potbridge_protocol::ShortText;
use potbridge_system::dirs::Dirs;
use serde::Serialize;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Answer bgutil's HTTP protocol, so that programs made for its server get tokens of your browser
///
/// yt-dlp with bgutil's plugin, TubeArchivist, cobalt and others need no change. Only this machine can ask, unless
/// --listen names an address that others reach. Then --secret is needed.
///
/// Whoever starts it lets programs have videos opened in their browser, unless potbridge's own browser does that: if the
/// configuration says nothing of it, `allow = true` is written into its table [on_demand].
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  potbridge serve
  potbridge serve --listen 0.0.0.0:4416 --secret
  potbridge serve --secret --print-url")]
pub(super) struct Serve {
    /// The address to listen on [default: 127.0.0.1:4416 and [::1]:4416]
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    listen: Option<SocketAddr>,
    /// Answer only under a secret path, which is kept in the state folder
    #[arg(long)]
    secret: bool,
    /// The version of bgutil's server to report [default: 2.0.2]
    #[arg(long, value_name = "VERSION", value_parser = reported_version)]
    report_version: Option<ShortText>,
    /// Print the base_url for clients, with the secret path if there is one, and end
    #[arg(long)]
    print_url: bool,
    /// Print one JSON object
    #[arg(long, requires = "print_url")]
    pub(super) json: bool,
}

#[derive(Serialize)]
struct Reached {
    url: String,
}

impl Serve {
    pub(super) fn run(self, stdout: &mut impl Write) -> Result<(), Error> {
        let dirs = Dirs::of_environment()?;
        let Config { serve: config, browser, .. } = Config::load(&dirs.config)?;
        let listen = self.listen.unwrap_or(config.listen);
        let secret = (self.secret || config.secret).then(|| Secret::kept(&dirs)).transpose()?;
        if self.print_url {
            let path = secret.as_ref().map_or(String::new(), |secret| format!("/{}", secret.expose()));
            let url = format!("http://{}{path}", reachable(listen));
            return if self.json { say_success(stdout, &Reached { url }) } else { say(stdout, url) };
        }
        let plan = ServeOptions {
            listen,
            // Programs that ask `localhost` may ask either.
            both_loopbacks: self.listen.is_none() && config.both_loopbacks,
            hosts: config.hosts,
            version: self.report_version.unwrap_or(config.version),
            secret,
            limits: Limits::default(),
            log: Box::new(io::stderr()),
        };
        let asking = dirs.clone();
        let request_token = move |request: &_, patience: &_| {
            request_token(request, patience, &asking).map_err(|error| error.problem())
        };
        let server = Server::bind(plan, Box::new(request_token))?;
        // Nobody's consent is needed for potbridge's own browser.
        let said = if browser.own { None } else { allow(&dirs) };
        server.saying(said).run(asked_to_end())
    }
}

/// An address that this machine reaches itself by.
fn reachable(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    listen
}

/// Ends when the process is asked to end.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Where it cannot be listened for, it ends the process by itself.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
