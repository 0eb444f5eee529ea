//! A JSON array taken element by element: memory does not grow with it.

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

const BUFFER_BYTES: usize = 1 << 17;

/// Shows the text of each element in order, until `see` wants no more.
///
/// # Errors
///
/// Where the input is no JSON array, after the elements before that place; or an input that cannot
/// be read.
pub fn each(reader: impl Read, see: impl FnMut(Box<str>) -> bool) -> serde_json::Result<()> {
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, reader);
    let start = reader.fill_buf().map_err(serde_json::Error::io)?;
    // Some programs put a byte order mark first.
    let mark = if start.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    reader.consume(mark);
    let mut stopped = false;
    let mut elements = serde_json::Deserializer::from_reader(reader);
    let each = Each {
        see,
        stopped: &mut stopped,
    };
    let read = elements.deserialize_seq(each).and_then(|()| elements.end());
    if stopped { Ok(()) } else { read }
}

struct Each<'s, F> {
    see: F,
    stopped: &'s mut bool,
}

impl<'de, F: FnMut(Box<str>) -> bool> Visitor<'de> for Each<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of orders")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<Box<RawValue>>()? {
            if !(self.see)(element.into()) {
                *self.stopped = true;
                return Err(A::Error::custom("no more is wanted"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> (Vec<String>, Option<(usize, String)>) {
        let mut seen = Vec::new();
        let ended = each(text.as_bytes(), |element| {
            seen.push(element.into_string());
            true
        });
        (seen, ended.err().map(|e| (e.line(), e.to_string())))
    }

    #[test]
    fn elements_come_as_they_are_written() {
        let (seen, error) = elements("\u{feff} [ {\"a\": [1,\n2]}, \"x]\",3 ,null]\n ");
        assert_eq!(seen, ["{\"a\": [1,\n2]}", "\"x]\"", "3", "null"]);
        assert_eq!(error, None);
        assert_eq!(elements("[]"), (Vec::new(), None));
    }

    #[test]
    fn what_is_no_json_is_told_with_its_line() {
        for (text, before, line) in [
            ("[1,\n2,\n", 2, 3),
            ("[1,\n2 3]", 2, 2),
            ("[1]\n[2]", 1, 2),
            ("[1,]", 1, 1),
            ("[{\"a\": }]", 0, 1),
        ] {
            let (seen, error) = elements(text);
            assert_eq!(seen.len(), before, "{text}");
            assert_eq!(error.expect(text).0, line, "{text}");
        }
    }

    #[test]
    fn it_ends_where_no_more_is_wanted() {
        let mut seen = 0;
        let ended = each(&b"[1, 2, 3, nonsense"[..], |_| {
            seen += 1;
            seen < 2
        });
        assert!(ended.is_ok());
        assert_eq!(seen, 2);
    }
}
