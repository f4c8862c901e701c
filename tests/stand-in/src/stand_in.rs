use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::app_state::AppState;
use crate::certificate::Certificate;
use crate::download_rules::DownloadRules;
use crate::endpoint;
use crate::format::Format;
use crate::hosts::Hosts;
use crate::playlists::Playlist;
use crate::received::Received;
use crate::request_log::NotReceived;
use crate::scenario::Scenario;

/// A running stand-in.
///
/// It runs on a thread of its own and stops when it is dropped.
pub struct StandIn {
    address: SocketAddr,
    start_url: String,
    ca_pem: String,
    spki_sha256: String,
    app: Arc<AppState>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// If no port is free, or no certificate or thread can be made.
    pub fn start(scenario: Scenario) -> io::Result<Self> {
        Self::start_on(0, scenario)
    }

    /// Starts on this port of 127.0.0.1; 0 means a free one.
    ///
    /// # Errors
    /// As [`StandIn::start`]. Usually the port is in use.
    pub fn start_on(port: u16, scenario: Scenario) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let certificate = Certificate::make()?;
        let start_url = scenario.start_url();
        let app = Arc::new(AppState::new(scenario)?);
        let hosts = Hosts::new(Arc::clone(&app));

        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let (stop, stopped) = oneshot::channel();
        let acceptor = certificate.acceptor;
        let thread = thread::Builder::new().name("stand-in".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = endpoint::serve(listener, acceptor, hosts) => {}
                    _ = stopped => {}
                }
            });
        })?;

        Ok(Self {
            address,
            start_url,
            ca_pem: certificate.ca_pem,
            spki_sha256: certificate.spki_sha256,
            app,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens, for CONNECT and for TLS on the same port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The scenario's first page.
    pub fn start_url(&self) -> &str {
        &self.start_url
    }

    /// Base64 of the SHA-256 of the certificate's public key, for `--ignore-certificate-errors-spki-list`.
    pub fn spki_sha256(&self) -> &str {
        &self.spki_sha256
    }

    /// The certificate of the CA that signed its own, for `SSL_CERT_FILE`.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Every request so far, in order.
    pub fn received(&self) -> Vec<Received> {
        self.app.log.all()
    }

    /// The request at this index. Waits for it, and is none after the stand-in has stopped.
    pub fn nth_received(&self, index: usize) -> Option<Received> {
        self.app.log.nth(index)
    }

    /// The first wanted request, among those that came and those still to come.
    ///
    /// # Errors
    /// If none came within the limit. The text lists what came, tokens masked.
    pub fn wait_for(
        &self,
        limit: Duration,
        wanted: impl Fn(&Received) -> bool,
    ) -> Result<Received, NotReceived> {
        self.app.log.wait_for(limit, wanted)
    }

    /// The whole file of this format of this video, byte for byte.
    ///
    /// It may take a second, and needs ffmpeg.
    ///
    /// # Panics
    /// If there is no such format, or ffmpeg is missing or fails: a test cannot go on then.
    pub fn media(&self, video_id: &str, itag: u32) -> Vec<u8> {
        self.media_in(video_id, itag, None)
    }

    /// The whole file of this format of this video with its track in this language, byte for byte.
    ///
    /// # Panics
    /// As [`StandIn::media`].
    pub fn media_in(&self, video_id: &str, itag: u32, language: Option<&str>) -> Vec<u8> {
        let largest = self.app.rules.of(video_id).media_bytes;
        let Some(format) = Format::of(itag) else { panic!("the stand-in has no format {itag}") };
        match self.app.media.bytes(video_id, language, format, largest) {
            Ok(bytes) => bytes.to_vec(),
            Err(problem) => panic!("no media of {video_id}: {problem}"),
        }
    }

    /// Accepts this token for this video from every visitor, as if a player had shown it.
    pub fn accept_token(&self, token: &str, video_id: &str) {
        self.app.tokens.accept(token, video_id);
    }

    /// Refuses this token from now on.
    ///
    /// A transfer with it breaks off. A player that shows it is refused too, and makes another one.
    pub fn expire_token(&self, token: &str) {
        self.app.tokens.expire(token);
    }

    /// The rules for videos that have none of their own.
    pub fn rules(&self) -> DownloadRules {
        self.app.rules.of_all()
    }

    /// Sets the rules for every video.
    ///
    /// What was used up of the old rules is forgotten. A running transfer takes the new speed.
    pub fn set_rules(&self, rules: DownloadRules) {
        self.app.rules.set(rules);
    }

    /// Sets the rules for one video, until the next [`StandIn::set_rules`].
    pub fn set_rules_for(&self, video_id: &str, rules: DownloadRules) {
        self.app.rules.set_for(video_id, rules);
    }

    /// Sets a playlist. Every other one has all videos of the scenario.
    pub fn set_playlist(&self, list_id: &str, playlist: Playlist) {
        self.app.playlists.set(list_id, playlist);
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It fails only if the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // That thread has printed its own panic.
            let _ = thread.join();
        }
        self.app.log.close();
    }
}
