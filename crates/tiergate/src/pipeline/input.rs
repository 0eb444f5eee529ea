//! Input cut into pieces that end where a row ends, so that several workers can read at once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;

/// The forms orders come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Comma-separated, with a head
    Csv,
    /// One order or an array of orders
    Json,
    /// One order per line
    Jsonl,
}

/// One input, ready to be read, twice if need be.
pub struct Input {
    /// What to call it in messages.
    pub name: String,
    /// Its form.
    pub kind: Kind,
    /// Bytes, when known.
    pub length: Option<u64>,
    reader: Box<dyn Read + Send>,
    /// Where it can be read again.
    again: Option<File>,
}

/// Bytes looked at to tell the form.
const SNIFF_BYTES: usize = 1 << 16;

impl Input {
    /// Opens a file, or standard input for `-`.
    pub fn open(path: &Path, kind: Option<Kind>) -> Result<Input> {
        if path.as_os_str() == "-" {
            return Input::stdin(kind);
        }
        let name = path.display().to_string();
        let mut file = File::open(path).with_context(|| format!("cannot read {name}"))?;
        let metadata = file
            .metadata()
            .with_context(|| format!("cannot read {name}"))?;
        let of_name = || match path.extension()?.to_str()?.to_lowercase().as_str() {
            "csv" => Some(Kind::Csv),
            "json" => Some(Kind::Json),
            "jsonl" | "ndjson" => Some(Kind::Jsonl),
            _ => None,
        };
        // A pipe or device has no length and cannot be read twice.
        if !metadata.is_file() {
            return Input::stream(name, Box::new(file), kind.or_else(of_name));
        }
        if metadata.len() == 0 {
            anyhow::bail!("{name} is empty; orders are CSV, JSON or JSON Lines");
        }
        let kind = match kind.or_else(of_name) {
            Some(kind) => kind,
            None => {
                let mut start = vec![0; SNIFF_BYTES];
                let read = read_full(&mut file, &mut start)
                    .with_context(|| format!("cannot read {name}"))?;
                file.seek(SeekFrom::Start(0))?;
                sniff(&start[..read])
            }
        };
        let again = File::open(path).ok();
        Ok(Input {
            name,
            kind,
            length: Some(metadata.len()),
            reader: Box::new(file),
            again,
        })
    }

    fn stdin(kind: Option<Kind>) -> Result<Input> {
        Input::stream("standard input".to_owned(), Box::new(io::stdin()), kind)
    }

    fn stream(name: String, mut reader: Box<dyn Read + Send>, kind: Option<Kind>) -> Result<Input> {
        let mut start = vec![0; SNIFF_BYTES];
        let read =
            read_full(&mut reader, &mut start).with_context(|| format!("cannot read {name}"))?;
        start.truncate(read);
        if read == 0 {
            anyhow::bail!("{name} is empty; orders are CSV, JSON or JSON Lines");
        }
        let kind = kind.unwrap_or_else(|| sniff(&start));
        let reader = Box::new(io::Cursor::new(start).chain(reader));
        Ok(Input {
            name,
            kind,
            length: None,
            reader,
            again: None,
        })
    }

    /// A second reader over the same bytes; a stream is copied to a temporary file first.
    pub fn second(&mut self) -> Result<File> {
        if let Some(file) = self.again.take() {
            return Ok(file);
        }
        let mut spool = tempfile::tempfile().context("cannot keep a copy of the input")?;
        let mut reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        let length =
            io::copy(&mut reader, &mut spool).context("cannot keep a copy of the input")?;
        spool.flush()?;
        spool.seek(SeekFrom::Start(0))?;
        let mut copy = tempfile::tempfile().context("cannot keep a copy of the input")?;
        io::copy(&mut spool, &mut copy)?;
        spool.seek(SeekFrom::Start(0))?;
        copy.seek(SeekFrom::Start(0))?;
        self.reader = Box::new(spool);
        self.length = Some(length);
        Ok(copy)
    }

    /// Whether the first character is that of an array; it is still there to be read.
    pub fn is_array(&mut self) -> Result<bool> {
        let mut start = Vec::new();
        let first = loop {
            let have = start.len();
            start.resize(have + SNIFF_BYTES, 0);
            let read = read_full(&mut self.reader, &mut start[have..])
                .with_context(|| format!("cannot read {}", self.name))?;
            start.truncate(have + read);
            let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
            let first = text.trim_ascii_start().first().copied();
            if first.is_some() || read < SNIFF_BYTES {
                break first;
            }
        };
        let is_array = first == Some(b'[');
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(io::Cursor::new(start).chain(reader));
        Ok(is_array)
    }

    /// The bytes, from the first.
    pub fn into_reader(self) -> Box<dyn Read + Send> {
        self.reader
    }

    /// The whole text.
    pub fn text(&mut self) -> Result<String> {
        let mut text = String::new();
        self.reader
            .read_to_string(&mut text)
            .with_context(|| format!("cannot read {} as UTF-8 text", self.name))?;
        Ok(text)
    }

    /// The bytes of the first row, which are still there to be read afterwards.
    pub fn peek_row(&mut self) -> Result<Vec<u8>> {
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        let mut pieces = Pieces::new(reader, true);
        let row = pieces
            .first_row()
            .with_context(|| format!("cannot read {}", self.name))?;
        let row = row.map(|p| p.bytes).unwrap_or_default();
        let Pieces { reader, rest, .. } = pieces;
        self.reader = Box::new(
            io::Cursor::new(row.clone())
                .chain(io::Cursor::new(rest))
                .chain(reader),
        );
        Ok(row)
    }

    /// The pieces.
    pub fn pieces(self) -> Pieces<Box<dyn Read + Send>> {
        Pieces::new(self.reader, self.kind == Kind::Csv)
    }
}

/// Reads until the buffer is full or the input ends.
fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match reader.read(&mut buffer[read..]) {
            Ok(0) => break,
            Ok(n) => read += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// Tells the form from the first bytes.
fn sniff(start: &[u8]) -> Kind {
    let start = start
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(start)
        .trim_ascii_start();
    match start.first() {
        Some(b'[') => Kind::Json,
        Some(b'{') => {
            // One order per line if the first line is an order by itself and another follows.
            let end = memchr::memchr(b'\n', start).unwrap_or(start.len());
            let whole = serde_json::from_slice::<serde::de::IgnoredAny>(&start[..end]).is_ok();
            if whole { Kind::Jsonl } else { Kind::Json }
        }
        _ => Kind::Csv,
    }
}

/// Bytes that end where a row ends.
#[derive(Debug)]
pub struct Piece {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The line the first one stands on, from 1.
    pub line: u64,
    /// Where a quote opens that nothing closes: what follows is no row.
    pub unclosed: Option<usize>,
}

/// Cuts an input into pieces.
pub struct Pieces<R> {
    reader: R,
    quoted: bool,
    rest: Vec<u8>,
    line: u64,
    ended: bool,
}

/// Bytes of a piece, about.
const PIECE_BYTES: usize = 1 << 19;

impl<R: Read> Pieces<R> {
    /// Cuts at line ends; with `quoted`, at those outside the quotes of CSV.
    pub const fn new(reader: R, quoted: bool) -> Pieces<R> {
        Pieces {
            reader,
            quoted,
            rest: Vec::new(),
            line: 1,
            ended: false,
        }
    }

    /// The next piece.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        let mut wanted = PIECE_BYTES;
        loop {
            if let Some(end) = self.fill(wanted)? {
                return Ok(Some(self.take(end)));
            }
            if self.ended {
                let end = self.rest.len();
                let unclosed = row_ends(&self.rest, self.quoted, true).unclosed;
                return Ok((end > 0).then(|| Piece {
                    unclosed,
                    ..self.take(end)
                }));
            }
            wanted *= 2;
        }
    }

    /// The first row alone: the head of a CSV file.
    pub fn first_row(&mut self) -> io::Result<Option<Piece>> {
        let mut wanted = SNIFF_BYTES;
        loop {
            self.fill(wanted)?;
            let ends = row_ends(&self.rest, self.quoted, self.ended);
            if let Some(end) = ends.first {
                return Ok(Some(self.take(end)));
            }
            if self.ended {
                let end = self.rest.len();
                return Ok((end > 0).then(|| self.take(end)));
            }
            wanted *= 2;
        }
    }

    /// Reads until there are so many bytes; the end of the last row among them.
    fn fill(&mut self, wanted: usize) -> io::Result<Option<usize>> {
        let have = self.rest.len();
        if have < wanted && !self.ended {
            self.rest.resize(wanted, 0);
            let read = read_full(&mut self.reader, &mut self.rest[have..])?;
            self.ended = have + read < wanted;
            self.rest.truncate(have + read);
        }
        Ok(row_ends(&self.rest, self.quoted, self.ended).last)
    }

    fn take(&mut self, end: usize) -> Piece {
        let tail = self.rest.split_off(end);
        let bytes = std::mem::replace(&mut self.rest, tail);
        let line = self.line;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Piece {
            bytes,
            line,
            unclosed: None,
        }
    }
}

struct RowEnds {
    first: Option<usize>,
    last: Option<usize>,
    /// A quote that is not closed in the bytes.
    unclosed: Option<usize>,
}

/// The ends of the first and the last row in the bytes, which start with a row.
fn row_ends(bytes: &[u8], quoted: bool, ended: bool) -> RowEnds {
    let mut ends = RowEnds {
        first: None,
        last: None,
        unclosed: None,
    };
    let mut gap = |from: usize, to: usize| {
        let within = &bytes[from..to];
        if let Some(at) = memchr::memrchr(b'\n', within) {
            if ends.first.is_none() {
                ends.first = memchr::memchr(b'\n', within).map(|at| from + at + 1);
            }
            ends.last = Some(from + at + 1);
        }
    };
    let (mut from, mut at) = (0, 0);
    let quote_from = |at: usize| memchr::memchr(b'"', &bytes[at..]).map(|q| at + q);
    while let Some(open) = quote_from(at).filter(|_| quoted) {
        // A quote opens a quoted value only where a value starts.
        let opens = open
            .checked_sub(1)
            .is_none_or(|b| matches!(bytes[b], b',' | b'\n' | b'\r'));
        if !opens {
            at = open + 1;
            continue;
        }
        gap(from, open);
        match closing_quote(bytes, open + 1, ended) {
            Some(close) => (from, at) = (close + 1, close + 1),
            None => {
                ends.unclosed = Some(open);
                return ends;
            }
        }
    }
    gap(from, bytes.len());
    ends
}

/// The quote that ends a quoted value; a doubled quote stands for itself.
fn closing_quote(bytes: &[u8], mut at: usize, ended: bool) -> Option<usize> {
    loop {
        let quote = at + memchr::memchr(b'"', &bytes[at..])?;
        match bytes.get(quote + 1) {
            Some(b'"') => at = quote + 2,
            Some(_) => return Some(quote),
            None => return ended.then_some(quote),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(String, u64)> {
        let mut pieces = Pieces::new(text.as_bytes(), true);
        let mut found = Vec::new();
        let first = pieces.first_row().unwrap();
        let mut next = first;
        while let Some(piece) = next {
            found.push((String::from_utf8(piece.bytes).unwrap(), piece.line));
            next = pieces.next_piece().unwrap();
        }
        found
    }

    #[test]
    fn pieces_end_where_rows_end() {
        let text = "id,note\n1,\"two\nlines, \"\"quoted\"\"\"\n2,5\" pipe\n3,x";
        let found = pieces(text);
        assert_eq!(found[0], ("id,note\n".to_owned(), 1));
        let rest: String = found[1..].iter().map(|(t, _)| t.as_str()).collect();
        assert_eq!(rest, &text[8..]);
        assert_eq!(found[1].1, 2);
        let ends = row_ends(b"1,\"a\nb", true, false);
        assert_eq!((ends.first, ends.last), (None, None));
    }

    #[test]
    fn the_form_is_told_from_the_first_bytes() {
        assert_eq!(sniff(b"id,date\n1,2"), Kind::Csv);
        assert_eq!(sniff(b" [{}]"), Kind::Json);
        assert_eq!(sniff(b"{\"id\": 1}\n{\"id\": 2}\n"), Kind::Jsonl);
        assert_eq!(sniff(b"{\n  \"id\": 1\n}"), Kind::Json);
    }
}
