//! Just enough HTTP: a request on a connection that is kept, and its answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A connection to the desk.
pub struct Connection {
    at: String,
    token: String,
    stream: Option<BufReader<TcpStream>>,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Connection {
    pub fn new(at: &str, token: &str) -> Connection {
        Connection {
            at: at.to_owned(),
            token: token.to_owned(),
            stream: None,
        }
    }

    /// Sends a request and reads its answer; a connection that broke is made anew for the next.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> io::Result<Answer> {
        let answer = self.sent(method, path, key, body);
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    fn sent(
        &mut self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> io::Result<Answer> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.at)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(60)))?;
                self.stream.insert(BufReader::new(stream))
            }
        };
        let key = key.map_or_else(String::new, |key| format!("Idempotency-Key: {key}\r\n"));
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n{key}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.at,
            self.token,
            body.len()
        );
        stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok());
        let status = status.ok_or_else(|| wrong(&line))?;
        let mut length = 0;
        let mut closes = false;
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(wrong("the answer broke off"));
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().map_err(|_| wrong(value))?;
            }
            closes |= name.eq_ignore_ascii_case("connection") && value == "close";
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        if closes {
            self.stream = None;
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status, body })
    }
}

/// The text of a field in JSON; enough for what is asked here.
pub fn field(json: &str, name: &str) -> Option<String> {
    let after = json.split_once(&format!("\"{name}\":\""))?.1;
    Some(after.split_once('"')?.0.to_owned())
}
