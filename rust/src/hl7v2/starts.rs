//! Where messages and the lines of batches begin in a stretch of a file.

use memchr::{memchr, memchr3};
use pyo3::prelude::*;
use pyo3::types::PyByteArray;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The starts behind a line end of `data[from..end]`, each with where what stands before it ends (at its byte order mark)
/// and its first three bytes. A start reaches two bytes beyond `end` at most.
#[pyfunction]
pub fn find_starts(data: &Bound<'_, PyByteArray>, from: usize, end: usize) -> Vec<(usize, usize, [u8; 3])> {
    // SAFETY: nothing of Python's runs while this is looked at.
    let data = unsafe { data.as_bytes() };
    let data = &data[..data.len().min(end + 3)];
    let from = from.min(data.len());
    let mut found = Vec::new();
    // most files have one kind of line end: to see that the others are not there costs next to nothing
    let rare = memchr3(b'\n', 0x0b, 0x1c, &data[from..]).is_some();
    let next = |at: usize| {
        let rest = &data[at..];
        let length = if rare {
            rest.iter().position(|byte| matches!(byte, b'\r' | b'\n' | 0x0b | 0x1c))
        } else {
            memchr(b'\r', rest)
        };
        length.map(|length| at + length)
    };
    let mut at = from;
    while let Some(line_end) = next(at) {
        at = line_end + 1;
        let rest = &data[at..];
        let start = at + if rest.starts_with(MARK) { MARK.len() } else { 0 };
        if let Some(&[one, two, three]) = data.get(start..start + 3)
            && matches!([one, two, three], [b'M', b'S', b'H'] | [b'F' | b'B', b'H' | b'T', b'S'])
        {
            found.push((at, start, [one, two, three]));
        }
    }
    found
}
