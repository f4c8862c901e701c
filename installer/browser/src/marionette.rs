//! A client of Firefox's Marionette over TCP. Each message is `LENGTH:JSON`.

use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a command may take, for example to load a page.
const CALL_LIMIT: Duration = Duration::from_secs(60);
/// The most bytes of an answer. A screenshot needs less.
const MAX_MESSAGE: usize = 64 << 20;

/// One connection to a browser. Any thread may use it. Commands run one after the other.
pub struct Marionette {
    stream: Mutex<Connection>,
}

struct Connection {
    reader: BufReader<TcpStream>,
    last_id: u64,
    /// Set if a read failed, since half a message may be left in the stream.
    broken: bool,
}

impl Marionette {
    /// Connects to the port that Firefox wrote into `MarionetteActivePort` in its profile.
    ///
    /// # Errors
    /// If nothing answers there, or something else than Marionette.
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

    /// Asks the browser to end. Does not wait for it.
    pub(crate) fn quit(&self) {
        let mut connection = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        // If this fails, the caller ends the process.
        let _sent = connection.send("Marionette:Quit", &json!({ "flags": ["eForceQuit"] }));
    }

    /// Runs one command, such as `WebDriver:Navigate`, and returns its result.
    ///
    /// # Errors
    /// If Firefox refuses the command, is closed or does not answer within 60 s. Each error names the command.
    pub fn call(&self, name: &str, params: &Value) -> Result<Value> {
        let mut connection = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let disconnected = || Error::Disconnected { method: name.to_owned() };
        if connection.broken {
            return Err(disconnected());
        }
        let id = connection.send(name, params).map_err(|_| disconnected())?;
        let mut answer = loop {
            let message = read_message(&mut connection.reader).map_err(|error| {
                connection.broken = true;
                match error.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                        Error::TimedOut { what: format!("the answer to {name}"), limit: CALL_LIMIT }
                    }
                    _ => disconnected(),
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
    // MAX_MESSAGE has eight digits.
    reader.by_ref().take(9).read_until(b':', &mut length)?;
    if length.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let length = std::str::from_utf8(&length)
        .ok()
        .and_then(|text| text.strip_suffix(':'))
        .and_then(|digits| digits.parse::<usize>().ok())
        .filter(|length| *length <= MAX_MESSAGE)
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
            // Keep the connection open until the client closes it.
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
    fn a_refusal_has_the_command_and_the_browsers_words() {
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
