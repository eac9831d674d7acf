//! Escape sequences that are the same in every message: `escapes.py` has them all.

use memchr::memchr;

/// The escape character.
pub const ESCAPE: u8 = b'\\';

/// The length of the plain sequence that a text begins with, and what it stands for.
fn plain(bytes: &[u8]) -> Option<(usize, &'static [u8])> {
    match bytes {
        [ESCAPE, b'.', b'b', b'r', ESCAPE, ..] => Some((5, b"\n")),
        [ESCAPE, letter, ESCAPE, ..] => {
            let text: &[u8] = match letter {
                b'F' => b"|",
                b'S' => b"^",
                b'T' => b"&",
                b'R' => b"~",
                b'E' => b"\\",
                b'P' => b"#",
                b'H' | b'N' => b"",
                _ => return None,
            };
            Some((3, text))
        }
        _ => None,
    }
}

/// How many escape characters a text has, and how many plain sequences.
pub fn count(bytes: &[u8]) -> (usize, usize) {
    let (mut escapes, mut sequences, mut at) = (0, 0, 0);
    while let Some(next) = memchr(ESCAPE, &bytes[at..]) {
        at += next;
        if let Some((length, _)) = plain(&bytes[at..]) {
            (escapes, sequences, at) = (escapes + 2, sequences + 1, at + length);
        } else {
            (escapes, at) = (escapes + 1, at + 1);
        }
    }
    (escapes, sequences)
}

/// A text without its escape sequences; None where it has others than plain ones.
pub fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(next) = memchr(ESCAPE, &bytes[at..]) {
        let (length, text) = plain(&bytes[at + next..])?;
        decoded.extend_from_slice(&bytes[at..at + next]);
        decoded.extend_from_slice(text);
        at += next + length;
    }
    decoded.extend_from_slice(&bytes[at..]);
    Some(decoded)
}
