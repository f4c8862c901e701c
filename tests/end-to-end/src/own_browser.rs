//! potbridge's own browser on the stand-in: a potbridge with everything in a folder of its own, and no other browser.

use crate::downloads::Downloads;
use crate::process::output_of;
use crate::setup::Family;
use crate::trial::LIMIT;
use potbridge_stand_in::{Received, RequestKind, Scenario, video_of_token};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// How long the browser may take to its first page.
const FIRST_PAGE: Duration = Duration::from_secs(20);

/// Its pages say at once, with their cookies, which video they show. The token comes with the media, as the scenario `download`
/// has it, and may be there before anything plays.
const SCENARIO: &str = "about = \"A report at load, and a token with the media\"\n\
    [[on.load]]\nrequest = \"stats\"\n\
    [[on.media]]\nrequest = \"sabr\"\nevery_ms = 1000\n";

/// A potbridge that has a browser of its own, and the YouTube that this browser plays on.
pub struct OwnBrowser {
    /// The rest of this potbridge.
    pub downloads: Downloads,
    family: Family,
    /// What the browser says of itself when it starts.
    reports: Receiver<Value>,
}

impl OwnBrowser {
    /// One that is ended after so long without a request (`5s`). `more` is the rest of `[browser]`.
    #[must_use]
    pub fn new(family: Family, idle: &str, more: &str) -> Self {
        let downloads = Downloads::of(Scenario::parse("own-browser", SCENARIO).unwrap());
        let (start_page, reports) = start_page();
        let own = Self { downloads, family, reports };
        // Chromium has no sandbox for root.
        let sandbox = !rustix::process::geteuid().is_root();
        let name = family.name();
        let extra_args = own.arguments(&start_page);
        own.downloads.configure(
            &format!(
                "[browser]\nown = true\nfamily = {name:?}\nidle = {idle:?}\nsandbox = {sandbox}\n\
                 extra_args = {extra_args:?}\n{more}"
            ),
            &[],
        );
        if family == Family::Firefox {
            own.route_firefox();
        }
        own
    }

    /// A `potbridge get` for a video, running.
    #[must_use]
    pub fn ask(&self, video: &str) -> Child {
        let mut get = self.downloads.command(&["get", "--json", "--video", video, "--wait", "60"]);
        get.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Has a token brought for a video, and checks that a page has sent it.
    #[track_caller]
    pub fn get(&self, video: &str) -> String {
        let output = crate::process::output(self.ask(video));
        self.token_of(video, &output)
    }

    /// The token that a `potbridge get` printed, which a page has sent for the video.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    #[must_use]
    pub fn token_of(&self, video: &str, output: &Output) -> String {
        let mut got: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let token = got["token"].take();
        let logs = [self.path("browser.log"), self.downloads.path("state/potbridge.log")];
        let logs = logs.map(|path| fs::read_to_string(path).unwrap_or_default());
        let Value::String(token) = token else {
            panic!("{video}: {got}\nreceived: {:#?}\n{}", self.downloads.stand_in.received(), logs.join("\n"))
        };
        assert_eq!(video_of_token(&token).as_deref(), Some(video), "it is a token of another video");
        // The extension sees a request before it arrives.
        let sent = |request: &Received| request.po_token.as_deref() == Some(&token) && by_page(request);
        self.downloads.stand_in.wait_for(LIMIT, sent).unwrap();
        token
    }

    /// The tokens that pages have sent.
    #[must_use]
    pub fn sent_by_pages(&self) -> HashSet<String> {
        let all = self.downloads.stand_in.received();
        all.into_iter().filter(by_page).filter_map(|request| request.po_token).collect()
    }

    /// The visitor whose cookie a video's page sent.
    #[track_caller]
    #[must_use]
    pub fn visitor(&self, video: &str) -> String {
        let visitor = |request: &Received| {
            let cookies = request.cookies.as_deref().filter(|_| by_page(request))?;
            cookies
                .split("; ")
                .find_map(|cookie| cookie.strip_prefix("VISITOR_INFO1_LIVE="))
                .map(str::to_owned)
        };
        let of_video =
            |request: &Received| request.video_id.as_deref() == Some(video) && visitor(request).is_some();
        visitor(&self.downloads.stand_in.wait_for(LIMIT, of_video).unwrap()).unwrap()
    }

    /// Runs the browser in the foreground, and gives what it says of itself: `webdriver`, `agent`, `brands`.
    ///
    /// A busy Chromium (156) loses a page that loads at the moment when it loads an extension that listens to requests. Then
    /// it is run again.
    #[track_caller]
    #[must_use]
    pub fn run_and_report(&self) -> (Child, Value) {
        for _ in 0..8 {
            let mut run = self.downloads.command(&["browser", "run"]).stdout(Stdio::null()).spawn().unwrap();
            if let Ok(report) = self.reports.recv_timeout(FIRST_PAGE) {
                return (run, report);
            }
            assert_eq!(self.downloads.potbridge(&["browser", "end"]).status.code(), Some(0));
            assert_eq!(run.wait().unwrap().code(), Some(0));
        }
        panic!("the browser opens its first page");
    }

    /// What `potbridge browser status --json` gives.
    #[track_caller]
    #[must_use]
    pub fn status(&self) -> Value {
        let output = self.downloads.potbridge(&["browser", "status", "--json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Waits until no process of the browser is left, nor of anything that was started with it.
    #[track_caller]
    pub fn wait_until_nothing_is_left(&self) {
        self.downloads.wait_until_alone(LIMIT);
        // Each of its processes had this file locked.
        let members = fs::OpenOptions::new().write(true).open(self.path("members")).unwrap();
        assert!(members.try_lock().is_ok(), "a process of the browser is left");
        let profile = self.path("").display().to_string();
        for pid in crate::process::running() {
            let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let command = String::from_utf8_lossy(&command).replace('\0', " ");
            assert!(!command.contains(&profile), "left: {command}");
        }
    }

    /// A file of the browser's.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.downloads.path("state/browser").join(name)
    }

    /// Arguments that lead the browser to the stand-in, and to a page of the test's own.
    fn arguments(&self, start_page: &str) -> Vec<String> {
        let stand_in = &self.downloads.stand_in;
        match self.family {
            Family::Chromium => vec![
                "--disable-background-networking".to_owned(),
                "--disable-component-update".to_owned(),
                "--disable-sync".to_owned(),
                "--disable-quic".to_owned(),
                "--no-proxy-server".to_owned(),
                format!("--host-resolver-rules=MAP * {}, EXCLUDE 127.0.0.1", stand_in.address()),
                format!("--ignore-certificate-errors-spki-list={}", stand_in.spki_sha256()),
                start_page.to_owned(),
            ],
            Family::Firefox => vec![start_page.to_owned()],
        }
    }

    /// Leads Firefox to the stand-in, by preferences and by a CA in its profile.
    fn route_firefox(&self) {
        let profile = self.path("firefox");
        fs::create_dir_all(&profile).unwrap();
        let address = self.downloads.stand_in.address();
        let (host, port) = (json!(address.ip().to_string()), json!(address.port()));
        let mut text = String::new();
        for (name, value) in [
            ("network.proxy.type", json!(1)),
            ("network.proxy.ssl", host.clone()),
            ("network.proxy.ssl_port", port.clone()),
            ("network.proxy.http", host),
            ("network.proxy.http_port", port),
            ("network.captive-portal-service.enabled", json!(false)),
            ("network.connectivity-service.enabled", json!(false)),
            ("network.trr.mode", json!(5)),
            ("services.settings.server", json!("data:,")),
        ] {
            text += &format!("user_pref({}, {value});\n", json!(name));
        }
        fs::write(profile.join("prefs.js"), text).unwrap();
        let certificate = self.downloads.path("stand-in.pem");
        fs::write(&certificate, self.downloads.stand_in.ca_pem()).unwrap();
        let database = format!("sql:{}", profile.display());
        let certutil = |arguments: &[&str]| {
            let output = output_of(Command::new("certutil").args(arguments).args(["-d", &database]));
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        certutil(&["-N", "--empty-password"]);
        certutil(&["-A", "-n", "stand-in", "-t", "C,,", "-i", certificate.to_str().unwrap()]);
    }
}

/// A proxy that is out of order at first: for so long after it is asked for YouTube first, it hangs up on whoever asks.
pub struct FailingProxy {
    /// Where it is.
    pub address: SocketAddr,
    next: Arc<OnceLock<SocketAddr>>,
    /// When it hung up first.
    hung_up: Arc<OnceLock<Instant>>,
}

impl FailingProxy {
    /// A proxy that leads nowhere yet.
    #[must_use]
    pub fn new(outage: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Self { address, next: Arc::default(), hung_up: Arc::default() };
        let (target, hung_up) = (Arc::clone(&proxy.next), Arc::clone(&proxy.hung_up));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (target, hung_up) = (Arc::clone(&target), Arc::clone(&hung_up));
                thread::spawn(move || {
                    let mut head = [0; 64];
                    let length = stream.peek(&mut head).unwrap_or(0);
                    let is_youtube = head[..length].starts_with(b"CONNECT www.youtube.com");
                    if is_youtube && hung_up.get_or_init(Instant::now).elapsed() < outage {
                        return;
                    }
                    if let Some(Ok(next)) = target.get().map(TcpStream::connect) {
                        pass_on(stream, next);
                    }
                });
            }
        });
        proxy
    }

    /// Leads to the YouTube of this potbridge from now on.
    pub fn lead_to(&self, own: &OwnBrowser) {
        self.next.set(own.downloads.stand_in.address()).unwrap();
    }

    /// Whether it hung up on somebody who asked for YouTube.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.hung_up.get().is_some()
    }
}

/// Carries bytes both ways until both sides have ended.
fn pass_on(here: TcpStream, there: TcpStream) {
    let (Ok(from), Ok(to)) = (here.try_clone(), there.try_clone()) else { return };
    let carry = |mut from: TcpStream, mut to: TcpStream| {
        // What a browser or the stand-in breaks off is over.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    };
    thread::spawn(move || carry(from, to));
    carry(there, here);
}

impl Drop for OwnBrowser {
    fn drop(&mut self) {
        let _ =
            self.downloads.command(&["browser", "end"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn by_page(request: &Received) -> bool {
    !matches!(request.kind, RequestKind::Download | RequestKind::Extraction | RequestKind::CaptionsDownload)
}

/// A page by which a browser says what pages can see of it. Gives its address, and what is said.
fn start_page() -> (String, Receiver<Value>) {
    const PAGE: &str = "<!doctype html><title>a page</title><script>
        fetch('/report', { method: 'POST', body: JSON.stringify({
            webdriver: navigator.webdriver, agent: navigator.userAgent,
            brands: navigator.userAgentData?.brands.map(({ brand }) => brand) ?? null,
        }) });
    </script>";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (report, reports) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let report = report.clone();
            thread::spawn(move || {
                if let Some(body) = answer(stream, PAGE).filter(|body| !body.is_empty()) {
                    // Nobody may listen any more.
                    let _ = report.send(serde_json::from_slice(&body).unwrap());
                }
            });
        }
    });
    (url, reports)
}

/// Answers one request, and gives its body.
fn answer(mut stream: TcpStream, page: &str) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
    write!(stream, "{head}Content-Length: {}\r\n\r\n{page}", page.len()).ok()?;
    Some(body)
}
