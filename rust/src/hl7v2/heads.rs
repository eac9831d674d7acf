//! The first line of a message: whether it is a usual one, what MSH-9 says, and how it was sent.

use memchr::{memchr, memchr2};

/// Where MSH-9 and MSH-18 stand, split at separators.
const KIND: usize = 8;
const CHARSET: usize = 17;

/// A message's first line with the usual separators and no bytes but those of ASCII.
pub struct Head<'a> {
    /// MSH-1 and MSH-2, as the line begins.
    pub start: &'a [u8],
    /// MSH-9.
    pub kind: &'a str,
    /// MSH-18.
    pub charset: &'a [u8],
}

/// The head of a usual message (`message.read_usual_head`), but for what its charset says; None of another.
pub fn read_usual(data: &[u8]) -> Option<Head<'_>> {
    let start = match data {
        [b'M', b'S', b'H', b'|', b'^', b'~', b'\\', b'&', b'|', ..] => &data[..9],
        [b'M', b'S', b'H', b'|', b'^', b'~', b'\\', b'&', b'#', b'|', ..] => &data[..10],
        _ => return None,
    };
    let end = memchr2(b'\r', b'\n', data).unwrap_or(data.len());
    let line = &data[..end];
    if !line.is_ascii() || line.contains(&0x1b) || memchr(0, data).is_some() {
        return None;
    }
    let mut fields = line.split(|&byte| byte == b'|');
    let kind = fields.nth(KIND).unwrap_or_default();
    let charset = fields.nth(CHARSET - KIND - 1).unwrap_or_default();
    Some(Head { start, kind: std::str::from_utf8(kind).ok()?, charset })
}
