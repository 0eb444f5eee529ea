//! The rows of a piece of CSV, and where the values of each stand.
//!
//! Rows without quotes, which is nearly all of them, are cut at their commas where they lie, a
//! word of bytes at a time. A piece with a quote anywhere is read by the csv crate.

use std::ops::Range;

use csv::{ByteRecord, StringRecord};

/// The values of one row.
#[derive(Debug, Clone, Copy)]
pub struct Values<'r> {
    bytes: &'r [u8],
    places: &'r [Range<usize>],
    /// Where the row starts in its piece.
    pub start: usize,
    /// Where what was read ends.
    pub end: usize,
}

impl<'r> Values<'r> {
    pub const fn len(self) -> usize {
        self.places.len()
    }

    pub fn iter(self) -> impl Iterator<Item = &'r [u8]> {
        let bytes = self.bytes;
        self.places.iter().map(move |place| &bytes[place.clone()])
    }

    /// The value with this place.
    pub fn get(self, at: usize) -> Option<&'r [u8]> {
        self.bytes.get(self.places.get(at)?.clone())
    }

    /// The row as text, if it is text.
    pub fn text(self) -> Option<StringRecord> {
        StringRecord::from_byte_record(self.iter().collect()).ok()
    }
}

/// Reads the rows of a piece.
pub struct Rows<'p> {
    source: Source<'p>,
    places: Vec<Range<usize>>,
}

enum Source<'p> {
    /// No quote and no line end but feeds, alone or after a return; where the next row starts.
    Plain(&'p [u8], usize),
    Quoted(csv::Reader<&'p [u8]>, ByteRecord),
}

impl<'p> Rows<'p> {
    pub fn new(bytes: &'p [u8]) -> Rows<'p> {
        let fed = |at: usize| bytes.get(at + 1) == Some(&b'\n');
        let plain =
            memchr::memchr(b'"', bytes).is_none() && memchr::memchr_iter(b'\r', bytes).all(fed);
        let source = if plain {
            Source::Plain(bytes, 0)
        } else {
            let mut reader = csv::ReaderBuilder::new();
            reader.has_headers(false).flexible(true);
            let reader = reader.buffer_capacity(1 << 16).from_reader(bytes);
            Source::Quoted(reader, ByteRecord::new())
        };
        Rows {
            source,
            places: Vec::new(),
        }
    }

    /// The next row; blank lines are none.
    pub fn next_row(&mut self) -> csv::Result<Option<Values<'_>>> {
        self.places.clear();
        let (bytes, start, end) = match &mut self.source {
            Source::Plain(bytes, at) => {
                let start = *at + blank(&bytes[*at..]);
                if start == bytes.len() {
                    return Ok(None);
                }
                *at = (cut(bytes, start, &mut self.places) + 1).min(bytes.len());
                (*bytes, start, *at)
            }
            Source::Quoted(reader, record) => {
                if !reader.read_byte_record(record)? {
                    return Ok(None);
                }
                let mut from = 0;
                self.places.extend(record.iter().map(|value| {
                    let place = from..from + value.len();
                    from = place.end;
                    place
                }));
                let start = record.position().map_or(0, csv::Position::byte);
                let place = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
                let end = reader.position().byte();
                (record.as_slice(), place(start), place(end))
            }
        };
        Ok(Some(Values {
            bytes,
            places: &self.places,
            start,
            end,
        }))
    }
}

/// How many line ends there are before anything else.
fn blank(bytes: &[u8]) -> usize {
    let ends = bytes.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
    ends.count()
}

/// Cuts the row that starts here at its commas; gives where it ends.
fn cut(bytes: &[u8], start: usize, places: &mut Vec<Range<usize>>) -> usize {
    let (mut from, mut at) = (start, start);
    let end = 'row: {
        while let Some(word) = bytes[at..].first_chunk() {
            let word = u64::from_le_bytes(*word);
            let feeds = equal_bytes(word, b'\n');
            let mut hits = feeds | equal_bytes(word, b',');
            while hits != 0 {
                let place = at + hits.trailing_zeros() as usize / 8;
                let first = hits & hits.wrapping_neg();
                if first & feeds != 0 {
                    break 'row place;
                }
                places.push(from..place);
                from = place + 1;
                hits ^= first;
            }
            at += size_of::<u64>();
        }
        for (place, byte) in bytes.iter().enumerate().skip(at) {
            match byte {
                b'\n' => break 'row place,
                b',' => {
                    places.push(from..place);
                    from = place + 1;
                }
                _ => {}
            }
        }
        bytes.len()
    };
    let returned = end > from && bytes[end - 1] == b'\r';
    places.push(from..end - usize::from(returned));
    end
}

/// The highest bit of each byte of a word that equals this one.
const fn equal_bytes(word: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::MAX / 0xff * 0x7f;
    let differ = word ^ (u64::MAX / 0xff * byte as u64);
    // The addition carries into the highest bit wherever a lower one is set, and no further.
    !(((differ & LOW) + LOW) | differ | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = Vec<(usize, Vec<Vec<u8>>)>;

    fn read(bytes: &[u8]) -> Read {
        let mut rows = Rows::new(bytes);
        let mut all = Vec::new();
        while let Some(values) = rows.next_row().unwrap() {
            let owned = values.iter().map(<[u8]>::to_vec).collect();
            all.push((values.start, owned));
        }
        all
    }

    fn by_csv_crate(bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut builder = csv::ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true);
        let records = reader.from_reader(bytes).into_byte_records();
        let owned = |r: ByteRecord| r.iter().map(<[u8]>::to_vec).collect();
        records.map(|r| owned(r.unwrap())).collect()
    }

    #[test]
    fn rows_are_those_of_the_csv_crate() {
        // Every text of up to seven of these, so that each falls on every place of a word.
        let signs = b"a,\n\r\"";
        for length in 0..=7_u32 {
            for number in 0..signs.len().pow(length) {
                let mut rest = number;
                let mut text: Vec<u8> = Vec::new();
                for _ in 0..length {
                    text.push(signs[rest % signs.len()]);
                    rest /= signs.len();
                }
                let whole = [b"longer,", text.as_slice(), b"\nx,y"].concat();
                for text in [text, whole] {
                    let mut rows = Rows::new(&text);
                    let mut all: Vec<Vec<Vec<u8>>> = Vec::new();
                    while let Some(values) = rows.next_row().unwrap() {
                        all.push(values.iter().map(<[u8]>::to_vec).collect());
                    }
                    let shown = String::from_utf8_lossy(&text).into_owned();
                    assert_eq!(all, by_csv_crate(&text), "{shown:?}");
                }
            }
        }
    }

    #[test]
    fn values_are_cut_wherever_they_stand_in_a_word() {
        for width in 0..20 {
            let value = "v".repeat(width);
            let text = format!("\n{value},{value},\r\n\r\n{value},x\n");
            let value = value.into_bytes();
            let first = vec![value.clone(), value.clone(), Vec::new()];
            let second = vec![value.clone(), b"x".to_vec()];
            let expected = vec![(1, first), (2 * width + 7, second)];
            assert_eq!(read(text.as_bytes()), expected);
        }
        assert_eq!(read(b""), Read::new());
        assert_eq!(
            read(b"\xff,\x8a,\xac"),
            [(
                0,
                vec![b"\xff".to_vec(), b"\x8a".to_vec(), b"\xac".to_vec()]
            )]
        );
    }
}
