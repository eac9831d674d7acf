//! Text cut at marks: messages into lines, lines into their smallest parts.

use crate::hl7v2::escapes::ESCAPE;

/// Where a part of the text begins and ends.
pub type Span = (usize, usize);

/// What stands behind the last part of a line: the letter between `|` and `~`, so that marks which end as much stand
/// together: `&`, `^`, `|`, `END`, `~`. That letter itself is no mark.
const END: u8 = b'}';

/// The marks that parts end at; `END` is one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mark(u8);

impl Mark {
    /// Whether a component ends here, or more.
    pub fn ends_component(self) -> bool {
        self.0 >= b'^'
    }

    /// Whether a repetition ends here, or a field.
    pub fn ends_repetition(self) -> bool {
        self.0 >= b'|'
    }

    /// Whether a field ends here, or the line.
    pub fn ends_field(self) -> bool {
        matches!(self.0, b'|'..=END)
    }

    /// Whether the line ends here.
    pub fn ends_line(self) -> bool {
        self.0 == END
    }
}

/// A stretch without marks but those of escapes, and the mark behind it.
#[derive(Clone, Copy)]
pub struct Part {
    pub span: Span,
    pub escaped: bool,
    pub mark: Mark,
}

/// The parts of a line, one after another. Marks are found for a block of bytes at a time.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    text: &'a [u8],
    end: usize,
    /// Where the next part begins.
    from: usize,
    /// Where the block begins, and its marks that come next, a bit each.
    block: usize,
    marks: u64,
}

const BLOCK: usize = u64::BITS as usize;

impl<'a> Parts<'a> {
    /// Those of a stretch.
    pub fn of(text: &'a [u8], (start, end): Span) -> Self {
        let mut parts = Self { text, end, from: start, block: start, marks: 0 };
        parts.look();
        parts
    }

    /// Finds the marks of a block.
    #[inline(never)]
    fn look(&mut self) {
        let rest = &self.text[self.block..];
        let marks = match rest.first_chunk() {
            Some(bytes) => marks_of(bytes),
            None => {
                let mut bytes = [0; BLOCK];
                bytes[..rest.len()].copy_from_slice(rest);
                marks_of(&bytes)
            }
        };
        let left = self.end - self.block;
        self.marks = if left < BLOCK { marks & ((1 << left) - 1) } else { marks };
    }

    /// The place of the next mark, which may be an escape.
    #[inline]
    fn mark(&mut self) -> (usize, u8) {
        while self.marks == 0 {
            if self.end - self.block <= BLOCK {
                return (self.end, END);
            }
            self.block += BLOCK;
            self.look();
        }
        let at = self.block + self.marks.trailing_zeros() as usize;
        self.marks &= self.marks - 1;
        (at, self.text[at])
    }

    /// The next part. Behind the last one there are empty ones without end.
    #[inline]
    pub fn part(&mut self) -> Part {
        let start = self.from.min(self.end);
        let mut escaped = false;
        loop {
            let (end, mark) = self.mark();
            if mark == ESCAPE {
                escaped = true;
            } else {
                self.from = end + 1;
                return Part { span: (start, end), escaped, mark: Mark(mark) };
            }
        }
    }

    /// Goes on behind the repetition of a part that a mark stands behind. Gives the mark behind the repetition.
    #[inline]
    pub fn end(&mut self, mark: Mark) -> Mark {
        if mark.ends_repetition() { mark } else { self.skip(Mark::ends_repetition) }
    }

    /// Goes on behind the next mark that ends something.
    #[inline]
    pub fn skip(&mut self, ends: impl Fn(Mark) -> bool) -> Mark {
        loop {
            let (end, mark) = self.mark();
            if ends(Mark(mark)) {
                self.from = end + 1;
                return Mark(mark);
            }
        }
    }
}

/// The marks of some bytes, a bit each.
#[inline]
fn marks_of(bytes: &[u8; BLOCK]) -> u64 {
    let mut marks = [0_u8; BLOCK];
    for (mark, byte) in marks.iter_mut().zip(bytes) {
        // `|`, `^`, `~` and `\` differ in two bits
        *mark = u8::from(byte | 0x22 == b'~') | u8::from(*byte == b'&');
    }
    let words = marks.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
    // each multiplication brings eight bits together in the highest byte
    words.rev().fold(0, |bits, word| bits << 8 | word.wrapping_mul(0x0102_0408_1020_4080) >> 56)
}

/// The lines of a message, as spans of its bytes; blank ones are none.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = Span> {
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
