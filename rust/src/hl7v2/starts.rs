//! Where messages and the lines of batches begin in a stretch of a file.

use memchr::{memchr, memchr2, memchr3};

const MARK: &[u8] = b"\xef\xbb\xbf";
/// What a line ends with, or what stands before a message or behind it.
pub const BETWEEN: [u8; 4] = *b"\r\n\x0b\x1c";

/// A start behind a line end.
#[derive(Clone, Copy)]
pub struct Start {
    /// Where what stands before it ends: at its byte order mark.
    pub before: usize,
    /// Its own place.
    pub at: usize,
    /// Its first three bytes.
    pub token: [u8; 3],
}

/// Those of some bytes, from a place on, in order. A start is whole, and the byte behind it continues no word.
pub struct Starts<'a> {
    data: &'a [u8],
    at: usize,
    ends: Vec<u8>,
}

impl<'a> Starts<'a> {
    /// Begins at a place. Most files have one kind of line end: to see that the others are not there costs next to nothing.
    pub fn new(data: &'a [u8], from: usize) -> Self {
        let at = from.min(data.len());
        let ends = BETWEEN.into_iter().filter(|&end| memchr(end, &data[at..]).is_some()).collect();
        Self { data, at, ends }
    }

    fn line_end(&self) -> Option<usize> {
        let rest = &self.data[self.at..];
        let length = match self.ends[..] {
            [] => None,
            [one] => memchr(one, rest),
            [one, two] => memchr2(one, two, rest),
            [one, two, three] => memchr3(one, two, three, rest),
            _ => rest.iter().position(|byte| BETWEEN.contains(byte)),
        };
        length.map(|length| self.at + length)
    }
}

impl Iterator for Starts<'_> {
    type Item = Start;

    fn next(&mut self) -> Option<Start> {
        while let Some(end) = self.line_end() {
            let before = end + 1;
            self.at = before;
            let at = match self.data.get(before) {
                Some(b'M' | b'F' | b'B') => before,
                Some(0xef) if self.data[before..].starts_with(MARK) => before + MARK.len(),
                _ => continue,
            };
            if let Some(&[one, two, three]) = self.data.get(at..at + 3)
                && matches!([one, two, three], [b'M', b'S', b'H'] | [b'F' | b'B', b'H' | b'T', b'S'])
                && !self.data.get(at + 3).is_some_and(u8::is_ascii_alphanumeric)
            {
                return Some(Start { before, at, token: [one, two, three] });
            }
        }
        None
    }
}
