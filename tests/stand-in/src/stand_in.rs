use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::certificate::Certificate;
use crate::conduct::Conduct;
use crate::endpoint;
use crate::format::Format;
use crate::inbox::NotReceived;
use crate::received::Received;
use crate::scenario::Scenario;
use crate::service::Service;
use crate::sites::Sites;

/// A running stand-in. It works on a thread of its own and stops when it is dropped.
pub struct StandIn {
    address: SocketAddr,
    start_url: String,
    pem: String,
    spki_sha256: String,
    service: Arc<Service>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had, no certificate made, or no thread started.
    pub fn start(scenario: Scenario) -> io::Result<Self> {
        Self::start_on(0, scenario)
    }

    /// Starts on this port of 127.0.0.1; 0 means a free one.
    ///
    /// # Errors
    /// As [`StandIn::start`]; a port in use is the usual one.
    pub fn start_on(port: u16, scenario: Scenario) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let certificate = Certificate::make()?;
        let start_url = scenario.start_url();
        let service = Arc::new(Service::new(scenario)?);
        let sites = Sites::new(Arc::clone(&service));

        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let (stop, stopped) = oneshot::channel();
        let acceptor = certificate.acceptor;
        let thread = thread::Builder::new().name("stand-in".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = endpoint::serve(listener, acceptor, sites) => {}
                    _ = stopped => {}
                }
            });
        })?;

        Ok(Self {
            address,
            start_url,
            pem: certificate.pem,
            spki_sha256: certificate.spki_sha256,
            service,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens: for CONNECT and for TLS, on the same port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The page that the scenario begins with.
    pub fn start_url(&self) -> &str {
        &self.start_url
    }

    /// Base64 of the SHA-256 of the certificate's public key, for `--ignore-certificate-errors-spki-list`.
    pub fn spki_sha256(&self) -> &str {
        &self.spki_sha256
    }

    /// The certificate, for `SSL_CERT_FILE`.
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// Every request of the player's so far, in order.
    pub fn received(&self) -> Vec<Received> {
        self.service.inbox.all()
    }

    /// The request at this place in the order, counted from 0: waits for it, and is none once the stand-in has stopped.
    pub fn nth_received(&self, index: usize) -> Option<Received> {
        self.service.inbox.nth(index)
    }

    /// The first request, among those that came and those still to come, that is the wanted one.
    ///
    /// # Errors
    /// When none came within the limit; the text lists what did come, tokens masked.
    pub fn wait_for(
        &self,
        limit: Duration,
        wanted: impl Fn(&Received) -> bool,
    ) -> Result<Received, NotReceived> {
        self.service.inbox.wait_for(limit, wanted)
    }

    /// The very bytes that the media server has of this format of this video: the whole file, as a downloader that takes one
    /// format gets it. It may take a second, and needs ffmpeg.
    ///
    /// # Panics
    /// When there is no such format, or ffmpeg is missing or fails: tests cannot go on then.
    pub fn media(&self, video_id: &str, itag: u32) -> Vec<u8> {
        let largest = self.service.conducts.of(video_id).media_bytes;
        let Some(format) = Format::of(itag) else { panic!("the stand-in has no format {itag}") };
        match self.service.media.bytes(video_id, format, largest) {
            Ok(bytes) => bytes.to_vec(),
            Err(problem) => panic!("no media of {video_id}: {problem}"),
        }
    }

    /// Takes this token for one that a player showed for this video, in whatever session.
    pub fn accept(&self, token: &str, video_id: &str) {
        self.service.tokens.accept(token, video_id);
    }

    /// Refuses this token from now on, also in the midst of a transfer, which breaks off. A player that shows it is refused
    /// too, and makes another one.
    pub fn expire(&self, token: &str) {
        self.service.tokens.expire(token);
    }

    /// How downloaders are treated towards videos that have no conduct of their own.
    pub fn conduct(&self) -> Conduct {
        self.service.conducts.of_all()
    }

    /// Treats downloaders so from now on, for every video; what was used up of the old conduct is forgotten. A transfer under
    /// way takes the new speed.
    pub fn set(&self, conduct: Conduct) {
        self.service.conducts.set(conduct);
    }

    /// The same for one video, until the next [`StandIn::set`].
    pub fn set_for(&self, video_id: &str, conduct: Conduct) {
        self.service.conducts.set_for(video_id, conduct);
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It fails only when the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic of that thread has been printed by it.
            let _ = thread.join();
        }
        self.service.inbox.close();
    }
}
