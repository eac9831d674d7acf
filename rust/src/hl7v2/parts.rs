//! Text cut at marks: lines, repetitions, components.

use crate::hl7v2::escapes::ESCAPE;

/// Where a part of the text begins and ends.
pub type Span = (usize, usize);

/// Marks that a field may have, a bit each.
pub const REPETITION: u8 = 1;
pub const COMPONENT: u8 = 2;
pub const SUBCOMPONENT: u8 = 4;
pub const ESCAPED: u8 = 8;

const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    marks[b'~' as usize] = REPETITION;
    marks[b'^' as usize] = COMPONENT;
    marks[b'&' as usize] = SUBCOMPONENT;
    marks[ESCAPE as usize] = ESCAPED;
    marks
};

/// The marks that a field has.
pub fn marks_of(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |marks, &byte| marks | MARKS[byte as usize])
}

/// The parts of a text at a mark: all of it where it has none.
pub struct Parts<'a> {
    text: &'a [u8],
    next: Option<usize>,
    end: usize,
    mark: u8,
    any: bool,
}

impl<'a> Parts<'a> {
    /// The parts of a stretch; `any` is whether it has the mark at all.
    pub fn of(text: &'a [u8], (start, end): Span, mark: u8, any: bool) -> Self {
        Self { text, next: Some(start), end, mark, any }
    }
}

impl Iterator for Parts<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let from = self.next?;
        let rest = &self.text[from..self.end];
        let length = if self.any { rest.iter().position(|&byte| byte == self.mark) } else { None };
        self.next = length.map(|length| from + length + 1);
        Some((from, length.map_or(self.end, |length| from + length)))
    }
}

/// The lines of a message, as spans of its bytes; blank ones are none.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let from = at;
            let length = memchr::memchr2(b'\r', b'\n', &bytes[from..]).unwrap_or(bytes.len() - from);
            at = from + length + 1;
            if length > 0 {
                return Some((from, from + length));
            }
        }
        None
    })
}
