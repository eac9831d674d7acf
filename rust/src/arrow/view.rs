//! Views of text, as Arrow has them.

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;

/// A view of a text: a short one itself, of another where it stands.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct View {
    pub(super) length: u32,
    pub(super) start: [u8; 4], // of a short text, with what follows; of a long one its first bytes
    pub(super) buffer: u32,
    pub(super) offset: u32,
}

impl View {
    /// No text; a text is never as long.
    pub const NULL: Self = Self { length: u32::MAX, start: [0; 4], buffer: 0, offset: 0 };

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
        bytes[4..8].copy_from_slice(&self.start);
        bytes[8..12].copy_from_slice(&self.buffer.to_ne_bytes());
        bytes[12..].copy_from_slice(&self.offset.to_ne_bytes());
        bytes
    }

    /// The same with zeros behind a short text, as `of` leaves them.
    pub(super) fn padded(self) -> Self {
        if self.is_null() || self.length >= 12 {
            return self;
        }
        let mut bytes = self.bytes();
        bytes[4 + self.length as usize..].fill(0);
        let word = |at: usize| u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let start = [bytes[4], bytes[5], bytes[6], bytes[7]];
        Self { length: self.length, start, buffer: word(8), offset: word(12) }
    }

    /// Whether it can be a view into a text.
    pub(super) fn is_of(&self, text: &[u8]) -> bool {
        self.is_null() || self.length <= 12 || self.offset as usize + self.length as usize <= text.len()
    }

    /// A text that stands at an offset of the first buffer.
    ///
    /// A text that is too far on, or too long, is an error: it would be another one.
    pub fn of(text: &[u8], offset: usize) -> PyResult<Self> {
        if text.len() > 12 {
            let (Ok(length), Ok(offset)) = (i32::try_from(text.len()), u32::try_from(offset)) else {
                return Err(PyOverflowError::new_err("a batch has more text than can be found again"));
            };
            let start = [text[0], text[1], text[2], text[3]];
            return Ok(Self { length: length as u32, start, buffer: 0, offset });
        }
        let mut short = [0; 12];
        for (to, &from) in short.iter_mut().zip(text) {
            *to = from;
        }
        let word = |at: usize| u32::from_ne_bytes([short[at], short[at + 1], short[at + 2], short[at + 3]]);
        Ok(Self {
            length: text.len() as u32,
            start: [short[0], short[1], short[2], short[3]],
            buffer: word(4),
            offset: word(8),
        })
    }
}
