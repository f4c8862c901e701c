//! A server in this process, on a free port, and clients that send it raw requests.

use crate::deadline::LIMIT;
use crate::sandbox;
use potbridge::ipc::patience::Patience;
use potbridge::serve::{Limits, RequestToken, Secret, ServeOptions, Server};
use potbridge_protocol::messages::ipc::TokenRequest;
use potbridge_protocol::{Capture, Code, Problem, ShortText, VideoId};
use serde_json::Value;
use std::io::{self, BufRead as _, BufReader, Read as _, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

pub const VIDEO: &str = "dQw4w9WgXcQ";

pub struct Running {
    pub address: SocketAddr,
    log: Log,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Running {
    pub fn start(
        request_token: impl Fn(&TokenRequest) -> Result<Capture, String> + Send + Sync + 'static,
    ) -> Self {
        Self::with(Limits::default(), None, request_token)
    }

    pub fn with(
        limits: Limits,
        secret: Option<&str>,
        request_token: impl Fn(&TokenRequest) -> Result<Capture, String> + Send + Sync + 'static,
    ) -> Self {
        Self::waiting(limits, secret, move |request, _| request_token(request))
    }

    /// One that is told how its clients wait.
    pub fn waiting(
        limits: Limits,
        secret: Option<&str>,
        request_token: impl Fn(&TokenRequest, &Patience) -> Result<Capture, String> + Send + Sync + 'static,
    ) -> Self {
        Self::of(limits, secret, false, request_token)
    }

    /// One at both loopback addresses.
    pub fn on_both_loopbacks(
        request_token: impl Fn(&TokenRequest) -> Result<Capture, String> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Limits::default(), None, true, move |request, _| request_token(request))
    }

    fn of(
        limits: Limits,
        secret: Option<&str>,
        both_loopbacks: bool,
        request_token: impl Fn(&TokenRequest, &Patience) -> Result<Capture, String> + Send + Sync + 'static,
    ) -> Self {
        let log = Log::default();
        let request_token = Arc::new(move |request: &TokenRequest, patience: &Patience| {
            request_token(request, patience).map_err(|why| Problem::new(Code::NoToken, why))
        });
        let bind = || {
            let options = ServeOptions {
                listen: "127.0.0.1:0".parse().unwrap(),
                both_loopbacks,
                hosts: vec!["host.docker.internal".to_owned()],
                version: ShortText::new("2.0.2").unwrap(),
                secret: secret.map(|text| Secret::new(text).unwrap()),
                limits,
                log: Box::new(log.clone()),
            };
            let request_token = Arc::clone(&request_token);
            let request_token: Box<RequestToken> =
                Box::new(move |request, patience| request_token(request, patience));
            Server::bind(options, request_token)
        };
        // The port that the system chose at one address may be taken at the other.
        let server = (0..5).find_map(|_| bind().ok()).expect("a port is free");
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let thread = std::thread::spawn(move || server.run(stopped).unwrap());
        Self { address, log, stop: Some(stop), thread: Some(thread) }
    }

    pub fn log(&self) -> String {
        String::from_utf8(self.log.0.lock().unwrap().clone()).unwrap()
    }

    /// Asks it to end.
    pub fn stop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
    }

    /// Waits for its end.
    pub fn join(&mut self) {
        self.thread.take().into_iter().for_each(|thread| thread.join().unwrap());
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Sends a request on a new connection.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut client = self.connect();
        client.send(method, path, headers, body);
        client.reply().unwrap()
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], "")
    }

    pub fn get_pot(&self, body: &str) -> Reply {
        self.ask("POST", "/get_pot", &[("Content-Type", "application/json")], body)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A connection to a server.
pub struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        Self { stream: BufReader::new(stream), address }
    }

    pub fn send_raw(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Sends this, unless the server has closed the connection.
    pub fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.get_mut().write_all(bytes).is_ok()
    }

    /// Sends a request with the headers that yt-dlp's plugin sends, and these; a `Host` among them is the only one.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) {
        let host = self.address.to_string();
        let own =
            [("Host", host.as_str()), ("Accept-Encoding", "gzip, deflate"), ("Sec-Fetch-Mode", "navigate")];
        let given = |name: &str| headers.iter().any(|(other, _)| name.eq_ignore_ascii_case(other));
        let mut text = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in own.iter().filter(|(name, _)| !given(name)).chain(headers) {
            text += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() && !given("transfer-encoding") && !given("content-length") {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        self.send_raw(format!("{text}\r\n{body}").as_bytes());
    }

    /// The head of the next reply, in lower case, or nothing if the server closes the connection.
    pub fn head(&mut self) -> Option<String> {
        let mut headers = String::new();
        while !headers.ends_with("\r\n\r\n") {
            match self.stream.read_line(&mut headers) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("{error}"),
            }
        }
        Some(headers.to_ascii_lowercase())
    }

    /// The next reply, or nothing if the server closes the connection.
    pub fn reply(&mut self) -> Option<Reply> {
        let headers = self.head()?;
        let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
        let length = headers.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.stream.read_exact(&mut body).unwrap();
        Some(Reply { status, headers, body: String::from_utf8(body).unwrap() })
    }

    /// The next line of a reply's head.
    #[cfg(unix)]
    pub fn read_line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.stream.read_line(&mut line).unwrap(), 0, "closed");
        line
    }

    /// Waits until the server closes the connection, which it must do without sending anything more.
    #[track_caller]
    pub fn closes(&mut self) {
        match self.stream.read(&mut [0]) {
            Ok(0) => {}
            Ok(_) => panic!("the server sends something before it closes"),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("the server does not close: {error}"),
        }
    }
}

/// A capture with a random token, made now.
pub fn capture(video: Option<&VideoId>) -> Capture {
    let token = sandbox::token();
    serde_json::from_value(serde_json::json!({
        "token": token.expose(), "context": "gvs", "host": "www.youtube.com", "source": "sabr",
        "binding": {"video_id": video, "certainty": "certain"},
        "session": {"profile": "p"}, "captured_at": sandbox::now(),
    }))
    .unwrap()
}

/// Has a token for every video and for nothing else.
pub fn any_video(request: &TokenRequest) -> Result<Capture, String> {
    match &request.video_id {
        Some(id) => Ok(capture(Some(id))),
        None => Err("no token for this visitor is in the store".to_owned()),
    }
}
