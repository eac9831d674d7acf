//! Messages counted a second time, line by line: `count.py`. It shares nothing with the framing (`starts.rs`).

use pyo3::prelude::*;

const MARK: &[u8] = b"\xef\xbb\xbf";

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | 0x0b | 0x1c)
}

/// Whether a line begins a message, or is one of a batch; none where it does neither.
fn begins(line: &[u8]) -> Option<bool> {
    let line = line.strip_prefix(MARK).unwrap_or(line);
    let is_message = match line.get(..3)? {
        b"MSH" => true,
        [b'F' | b'B', b'H' | b'T', b'S'] => false,
        _ => return None,
    };
    let goes_on = line.get(3).is_some_and(u8::is_ascii_alphanumeric);
    (!goes_on).then_some(is_message)
}

/// Whether there is anything on a line but blanks and byte order marks.
fn is_text(mut line: &[u8]) -> bool {
    loop {
        match line {
            [] => return false,
            [b' ' | b'\t', rest @ ..] => line = rest,
            _ => match line.strip_prefix(MARK) {
                Some(rest) => line = rest,
                None => return true,
            },
        }
    }
}

/// Counts the messages of the whole lines of a block, and the stretches of text that stand in none.
///
/// `held` is what stands before the block of its first line. Gives how many there are, whether the last line stands in one,
/// and where in the block the line begins that has no end yet: 0 where it has no line end.
#[pyfunction]
pub fn count_messages(held: &[u8], data: &[u8], inside: bool) -> (usize, bool, usize) {
    let (mut count, mut inside, mut from) = (0, inside, 0);
    let mut count_line = |line: &[u8]| {
        if inside && !matches!(line.first(), Some(b'M' | b'F' | b'B' | 0xef)) {
            return;
        }
        if let Some(is_message) = begins(line) {
            inside = is_message;
            count += usize::from(is_message);
        } else if !inside && is_text(line) {
            inside = true;
            count += 1;
        }
    };
    // most files have one kind of line end, or two
    let (feeds, blocks) = (memchr::memchr(b'\n', data).is_some(), memchr::memchr2(0x0b, 0x1c, data).is_some());
    loop {
        let rest = &data[from..];
        let end = match (feeds, blocks) {
            (false, false) => memchr::memchr(b'\r', rest),
            (true, false) => memchr::memchr2(b'\r', b'\n', rest),
            (false, true) => memchr::memchr3(b'\r', 0x0b, 0x1c, rest),
            (true, true) => rest.iter().position(|&byte| is_end(byte)),
        };
        let Some(end) = end else { break };
        if from == 0 && !held.is_empty() {
            count_line(&[held, &rest[..end]].concat());
        } else {
            count_line(&rest[..end]);
        }
        from += end + 1;
    }
    (count, inside, from)
}
