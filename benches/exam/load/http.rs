//! One browser's connection: HTTP/1.1 that is kept alive, sends what a browser sends and reads what a server may answer.

use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::time::Duration;

use flate2::read::GzDecoder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest that a browser of ours waits for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was answered.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Where it leads, of a redirection.
    pub location: Option<String>,
    /// The first cookie that it sets, as `name=value`.
    pub cookie: Option<String>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

/// What is sent along with an address.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// Nothing: the page is asked for.
    None,
    /// A form, encoded.
    Form(&'a str),
    /// A message of a script.
    Json(&'a str),
}

/// A browser with its cookies and at most one connection.
#[derive(Debug)]
pub struct Browser {
    address: SocketAddr,
    /// Cookies as the header carries them.
    pub cookies: String,
    /// Address that a proxy before the server would name.
    pub forwarded_for: Option<String>,
    stream: Option<TcpStream>,
}

/// The head of an answer, and how its body is framed.
struct Head {
    response: Response,
    length: Option<usize>,
    is_chunked: bool,
    is_gzip: bool,
    closes: bool,
}

impl Browser {
    /// A browser that speaks to the server at `address`.
    pub fn new(address: SocketAddr, cookies: String) -> Self {
        Self { address, cookies, forwarded_for: None, stream: None }
    }

    /// Sends one request and reads its answer. A kept connection that the server closed meanwhile is opened anew, once,
    /// as browsers do.
    pub async fn send(&mut self, path: &str, body: Body<'_>) -> io::Result<Response> {
        let request = self.request(path, body);
        let answer = async {
            let kept = self.stream.take().filter(is_open);
            if let Some(mut stream) = kept {
                match exchange(&mut stream, &request).await {
                    Ok((response, closes)) => return Ok((stream, response, closes)),
                    Err((error, begun)) if begun => return Err(error),
                    Err(_) => {}
                }
            }
            let mut stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            let (response, closes) = exchange(&mut stream, &request).await.map_err(|(error, _)| error)?;
            Ok((stream, response, closes))
        };
        let (stream, response, closes) = timeout(PATIENCE, answer).await.map_err(|_| io::ErrorKind::TimedOut)??;
        self.stream = (!closes).then_some(stream);
        if let Some(cookie) = &response.cookie {
            let known = std::mem::take(&mut self.cookies);
            self.cookies = if known.is_empty() { cookie.clone() } else { format!("{known}; {cookie}") };
        }
        Ok(response)
    }

    fn request(&self, path: &str, body: Body<'_>) -> Vec<u8> {
        let address = self.address;
        let mut lines = vec![
            format!("host: {address}"),
            "user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
            "accept-language: en".to_owned(),
            "accept-encoding: gzip, deflate, br, zstd".to_owned(),
            "sec-fetch-site: same-origin".to_owned(),
        ];
        if !self.cookies.is_empty() {
            lines.push(format!("cookie: {}", self.cookies));
        }
        lines.extend(self.forwarded_for.as_ref().map(|address| format!("x-forwarded-for: {address}")));
        let (method, kind, text) = match body {
            Body::None => ("GET", "", ""),
            Body::Form(form) => ("POST", "application/x-www-form-urlencoded", form),
            Body::Json(json) => ("POST", "application/json", json),
        };
        if method == "POST" {
            lines.push(format!("origin: http://{address}"));
            lines.push(format!("content-type: {kind}"));
            lines.push(format!("content-length: {}", text.len()));
        }
        format!("{method} {path} HTTP/1.1\r\n{}\r\n\r\n{text}", lines.join("\r\n")).into_bytes()
    }
}

/// Whether a kept connection was not closed at the other end.
fn is_open(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0; 1]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// Sends and reads. An error says whether any of the answer had arrived, so that nothing may be sent again.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<(Response, bool), (io::Error, bool)> {
    stream.write_all(request).await.map_err(|error| (error, false))?;
    let mut bytes = Vec::with_capacity(4096);
    let (mut head, read) = loop {
        more(stream, &mut bytes).await.map_err(|error| (error, !bytes.is_empty()))?;
        if let Some(found) = head_of(&bytes).map_err(|error| (error, true))? {
            break found;
        }
    };
    let body = body(stream, &head, bytes.split_off(read)).await.map_err(|error| (error, true))?;
    head.response.body = if head.is_gzip && !body.is_empty() {
        let mut unpacked = Vec::new();
        GzDecoder::new(&body[..]).read_to_end(&mut unpacked).map_err(|error| (error, true))?;
        unpacked
    } else {
        body
    };
    Ok((head.response, head.closes))
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    match stream.read_buf(bytes).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn head_of(bytes: &[u8]) -> io::Result<Option<(Head, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 40];
    let mut parsed = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(read) = parsed.parse(bytes).map_err(io::Error::other)? else { return Ok(None) };
    let text = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    };
    let cookie = text("set-cookie").and_then(|cookie| cookie.split(';').next());
    let head = Head {
        length: text("content-length").and_then(|length| length.parse().ok()),
        is_chunked: text("transfer-encoding").is_some_and(|coding| coding.contains("chunked")),
        is_gzip: text("content-encoding") == Some("gzip"),
        closes: text("connection").is_some_and(|way| way.eq_ignore_ascii_case("close")),
        response: Response {
            status: parsed.code.unwrap_or_default(),
            location: text("location").map(ToOwned::to_owned),
            cookie: cookie.map(ToOwned::to_owned),
            body: Vec::new(),
        },
    };
    Ok(Some((head, read)))
}

async fn body(stream: &mut TcpStream, head: &Head, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if !head.is_chunked {
        let length = head.length.unwrap_or(0);
        while bytes.len() < length {
            more(stream, &mut bytes).await?;
        }
        return Ok(bytes);
    }
    let (mut whole, mut at) = (Vec::new(), 0);
    loop {
        let chunk = httparse::parse_chunk_size(bytes.get(at..).unwrap_or_default());
        match chunk.map_err(|_| io::ErrorKind::InvalidData)? {
            httparse::Status::Partial => more(stream, &mut bytes).await?,
            httparse::Status::Complete((skip, size)) => {
                let (begin, size) = (at + skip, usize::try_from(size).map_err(io::Error::other)?);
                while bytes.len() < begin + size + 2 {
                    more(stream, &mut bytes).await?;
                }
                if size == 0 {
                    return Ok(whole);
                }
                whole.extend_from_slice(bytes.get(begin..begin + size).unwrap_or_default());
                at = begin + size + 2;
            }
        }
    }
}
