//! A client of Firefox's Marionette: TCP, each message `LENGTH:JSON`.

use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a command may take. Loading a page is one command.
const CALL_LIMIT: Duration = Duration::from_secs(60);
/// Longer than any answer, a screenshot included.
const LONGEST: usize = 64 << 20;

/// One connection to a browser. Every thread may use it; commands run one after the other.
pub struct Marionette {
    stream: Mutex<Connection>,
}

struct Connection {
    reader: BufReader<TcpStream>,
    last_id: u64,
    /// A command that was given up leaves half a message behind.
    broken: bool,
}

impl Marionette {
    /// Connects to the port that Firefox wrote to `MarionetteActivePort` in its profile.
    ///
    /// # Errors
    /// Where nothing answers there, or something else does.
    pub fn connect(port: u16) -> Result<Self> {
        let connect = || -> io::Result<(BufReader<TcpStream>, Value)> {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(CALL_LIMIT))?;
            let mut reader = BufReader::new(stream);
            let hello = read_message(&mut reader)?;
            Ok((reader, hello))
        };
        let (reader, hello) = connect().map_err(|source| Error::Refused {
            method: "a connection to Marionette".to_owned(),
            message: source.to_string(),
        })?;
        if hello["marionetteProtocol"] != 3 {
            return Err(Error::Refused {
                method: "Marionette's protocol 3".to_owned(),
                message: format!("it greets with {hello}"),
            });
        }
        Ok(Self { stream: Mutex::new(Connection { reader, last_id: 0, broken: false }) })
    }

    /// Asks the browser to end, and does not wait for it.
    pub(super) fn quit(&self) {
        let mut connection = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        // Where it cannot be asked, its process is ended by the system.
        let _sent = connection.send("Marionette:Quit", &json!({ "flags": ["eForceQuit"] }));
    }

    /// Runs one command, as `WebDriver:Navigate`, and gives its result.
    ///
    /// # Errors
    /// Names the command: Firefox refused it, was gone, or did not answer within 60 s.
    pub fn call(&self, name: &str, params: &Value) -> Result<Value> {
        let mut connection = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let gone = || Error::Disconnected { method: name.to_owned() };
        if connection.broken {
            return Err(gone());
        }
        let id = connection.send(name, params).map_err(|_| gone())?;
        let mut answer = loop {
            let message = read_message(&mut connection.reader).map_err(|error| {
                connection.broken = true;
                match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::TooLate {
                        what: format!("the answer to {name}"),
                        limit: CALL_LIMIT,
                        log: String::new(),
                    },
                    _ => gone(),
                }
            })?;
            if message[0] == 1 && message[1] == id {
                break message;
            }
        };
        if answer[2].is_null() {
            return Ok(answer[3].take());
        }
        Err(Error::Refused {
            method: name.to_owned(),
            message: format!(
                "{}: {}",
                answer[2]["error"].as_str().unwrap_or("error"),
                answer[2]["message"].as_str().unwrap_or_default()
            ),
        })
    }
}

impl Connection {
    fn send(&mut self, name: &str, params: &Value) -> io::Result<u64> {
        self.last_id += 1;
        let body = json!([0, self.last_id, name, params]).to_string();
        let message = format!("{}:{body}", body.len());
        self.reader.get_mut().write_all(message.as_bytes())?;
        Ok(self.last_id)
    }
}

fn read_message(reader: &mut BufReader<TcpStream>) -> io::Result<Value> {
    let mut length = Vec::new();
    // Eight digits are more than LONGEST has.
    reader.by_ref().take(9).read_until(b':', &mut length)?;
    if length.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let length = std::str::from_utf8(&length)
        .ok()
        .and_then(|text| text.strip_suffix(':'))
        .and_then(|digits| digits.parse::<usize>().ok())
        .filter(|length| *length <= LONGEST)
        .ok_or(io::ErrorKind::InvalidData)?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    fn server(says: Vec<&'static str>) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for text in says {
                write!(stream, "{}:{text}", text.len()).unwrap();
            }
            // Until the client is done.
            let _read = io::copy(&mut stream, &mut io::sink());
        });
        port
    }

    const HELLO: &str = r#"{"applicationType":"gecko","marionetteProtocol":3}"#;

    #[test]
    fn a_call_gets_its_own_answer() {
        let port = server(vec![HELLO, r#"[1,7,null,{"value":"old"}]"#, r#"[1,1,null,{"value":"ü"}]"#]);
        let marionette = Marionette::connect(port).unwrap();
        assert_eq!(marionette.call("WebDriver:GetTitle", &json!({})).unwrap()["value"], "ü");
    }

    #[test]
    fn a_refusal_names_the_command_and_gives_the_browsers_words() {
        let port =
            server(vec![HELLO, r#"[1,1,{"error":"no such window","message":"gone","stacktrace":""},null]"#]);
        let marionette = Marionette::connect(port).unwrap();
        assert_eq!(
            marionette.call("WebDriver:GetTitle", &json!({})).unwrap_err().to_string(),
            "the browser refused WebDriver:GetTitle: no such window: gone"
        );
    }

    #[test]
    fn something_else_on_the_port_is_refused() {
        let port = server(vec![r#"{"hello":"world"}"#]);
        assert!(Marionette::connect(port).is_err());
    }
}
