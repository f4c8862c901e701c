use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::certificate::Certificate;
use crate::endpoint;
use crate::inbox::{Inbox, NotReceived};
use crate::received::Received;
use crate::scenario::Scenario;
use crate::sites::Sites;

/// A running stand-in. It works on a thread of its own and stops when it is dropped.
pub struct StandIn {
    address: SocketAddr,
    start_url: String,
    pem: String,
    spki_sha256: String,
    inbox: Arc<Inbox>,
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
        let inbox = Arc::new(Inbox::default());
        let start_url = scenario.start_url();
        let sites = Sites::new(scenario, Arc::clone(&inbox))?;

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
            inbox,
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
        self.inbox.all()
    }

    /// The request at this place in the order, counted from 0: waits for it, and is none once the stand-in has stopped.
    pub fn nth_received(&self, index: usize) -> Option<Received> {
        self.inbox.nth(index)
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
        self.inbox.wait_for(limit, wanted)
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
        self.inbox.close();
    }
}
