//! Views of text, as Arrow has them.

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;

/// Bytes of a text that its view holds itself.
const SHORT: usize = 12;
/// Bytes of a text that views can point into.
pub const MOST: usize = i32::MAX as usize;

/// A view of a text: a short one itself, of another where it stands.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct View {
    pub(super) length: u32,
    pub(super) start: u32, // four bytes: of a short text, with what follows; of a long one its first ones
    pub(super) buffer: u32,
    pub(super) offset: u32,
}

impl View {
    /// No text; a text is never as long.
    pub const NULL: Self = Self { length: u32::MAX, start: 0, buffer: 0, offset: 0 };

    /// The text `true`.
    pub const TRUE: Self = Self::short(b"true\0\0\0\0\0\0\0\0", 4);

    /// Whether it is no text.
    #[inline]
    pub fn is_null(&self) -> bool {
        self.length == u32::MAX
    }

    /// Its bytes. Those of two short texts are the same where the texts are.
    #[inline]
    pub fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&self.length.to_ne_bytes());
        bytes[4..8].copy_from_slice(&self.start.to_ne_bytes());
        bytes[8..12].copy_from_slice(&self.buffer.to_ne_bytes());
        bytes[12..].copy_from_slice(&self.offset.to_ne_bytes());
        bytes
    }

    /// The same with zeros behind a short text, as `of` leaves them.
    pub(super) fn padded(self) -> Self {
        if self.is_null() || self.length as usize >= SHORT {
            return self;
        }
        let mut bytes = self.bytes();
        bytes[4 + self.length as usize..].fill(0);
        let word = |at: usize| u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self { length: self.length, start: word(4), buffer: word(8), offset: word(12) }
    }

    /// Whether it can be a view into a text.
    pub(super) fn is_of(&self, text: &[u8]) -> bool {
        self.is_null() || self.length as usize <= SHORT || self.offset as usize + self.length as usize <= text.len()
    }

    /// A text that stands at an offset of the first buffer.
    ///
    /// A text that is too far on, or too long, is an error: it would be another one.
    pub fn of(text: &[u8], offset: usize) -> PyResult<Self> {
        if text.len() > SHORT {
            let long = (text.len() <= MOST).then(|| u32::try_from(offset).ok()).flatten();
            let long = long.map(|offset| Self::long(text, offset));
            return long.ok_or_else(|| PyOverflowError::new_err("a batch has more text than can be found again"));
        }
        let mut bytes = [0; SHORT];
        bytes[..text.len()].copy_from_slice(text);
        Ok(Self::short(&bytes, text.len()))
    }

    /// A stretch of a text that is the first buffer. The text is no longer than `MOST`.
    #[inline(always)]
    pub fn within(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        if length > SHORT {
            assert!(end <= MOST);
            return Self::long(&text[start..end], start as u32);
        }
        if let Some(bytes) = text[start..].first_chunk() {
            return Self::short(bytes, length); // with what follows: it is cut there
        }
        let mut bytes = [0; SHORT];
        bytes[..length].copy_from_slice(&text[start..end]);
        Self::short(&bytes, length)
    }

    #[inline]
    fn long(text: &[u8], offset: u32) -> Self {
        let start = u32::from_ne_bytes([text[0], text[1], text[2], text[3]]);
        Self { length: text.len() as u32, start, buffer: 0, offset }
    }

    /// The first bytes of some.
    #[inline(always)]
    const fn short(bytes: &[u8; SHORT], length: usize) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
        let (first, last) = ONES[length];
        let first = u64::from_le_bytes([a, b, c, d, e, f, g, h]) & first;
        let last = u32::from_le_bytes([i, j, k, l]) & last;
        Self {
            length: length as u32,
            start: (first as u32).to_le(),
            buffer: ((first >> 32) as u32).to_le(),
            offset: last.to_le(),
        }
    }
}

/// So many bytes of ones, in the first eight of a short text and in the others.
const ONES: [(u64, u32); SHORT + 1] = {
    let mut ones = [(0, 0); SHORT + 1];
    let mut length = 1;
    while length <= SHORT {
        let (first, last) = ones[length - 1];
        ones[length] = if length <= 8 { (first << 8 | 0xff, 0) } else { (first, last << 8 | 0xff) };
        length += 1;
    }
    ones
};
