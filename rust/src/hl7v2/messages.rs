//! Messages to text with the usual separators, one after another.

use std::ops::Range;

use hashbrown::HashMap;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::hl7v2::escapes;
use crate::hl7v2::heads::read_usual;
use crate::hl7v2::outlines::Outlines;
use crate::hl7v2::parts::{Span, lines};

/// The code of bytes that are no text.
const BAD_BYTES: &str = "R604";
/// How many characters of a line it is placed by.
const HEAD: usize = 4;

/// How a message was sent.
#[derive(Clone, Copy)]
pub struct Sender {
    pub number: usize,
    /// Whether its bytes are UTF-8; else they are ASCII, or it is not a usual one.
    pub utf_8: bool,
}

/// A message that could be read: its lines among those of the batch, its outline, its sender.
pub struct Message {
    pub lines: Range<usize>,
    pub outline: usize,
    pub sender: usize,
}

/// Reads messages one after another.
pub struct Messages<'a, 'py> {
    pub text: &'a mut Vec<u8>,
    /// Where the lines of all messages stand in the text.
    pub lines: &'a mut Vec<Span>,
    pub outlines: &'a mut Outlines,
    pub senders: &'a mut HashMap<Vec<u8>, Option<Sender>>,
    pub asked: &'a Bound<'py, PyAny>,
    pub key: Vec<u8>,
}

impl Messages<'_, '_> {
    /// A message and whether all its escapes are plain; or the code of why it cannot be read.
    pub fn read(&mut self, data: &[u8]) -> PyResult<Result<(Message, bool), String>> {
        let start = self.text.len();
        let mut kind = None;
        if let Some(head) = read_usual(data)
            && let Some(sender) = self.usual_sender(head.start, head.charset)?
            && (sender.utf_8 || data.is_ascii())
        {
            if std::str::from_utf8(data).is_err() {
                return Ok(Err(BAD_BYTES.to_owned()));
            }
            self.text.extend_from_slice(data);
            kind = Some((head.kind.to_owned(), sender.number));
        }
        let (kind, sender) = match kind {
            Some(known) => known,
            None => {
                let sent = PyBytes::new(self.asked.py(), data);
                let found = self.asked.call_method1("unusual", (sent,))?;
                if let Ok(code) = found.cast::<PyString>() {
                    return Ok(Err(code.to_str()?.to_owned()));
                }
                let (kind, sender, lines): (String, usize, String) = found.extract()?;
                self.text.extend_from_slice(lines.as_bytes());
                (kind, sender)
            }
        };
        let first = self.lines.len();
        let text = &self.text[start..];
        self.lines.extend(lines(text).map(|(from, to)| (start + from, start + to)));
        let (escapes, sequences) = escapes::count(text);
        let is_sound = escapes - 1 == 2 * sequences; // one is of MSH-2
        let outline = self.outline(&kind, first)?;
        Ok(Ok((Message { lines: first..self.lines.len(), outline, sender }, is_sound)))
    }

    fn usual_sender(&mut self, start: &[u8], charset: &[u8]) -> PyResult<Option<Sender>> {
        let key = [start, charset].concat();
        if let Some(&known) = self.senders.get(&key) {
            return Ok(known);
        }
        let found: Option<(usize, bool)> = self.asked.call_method1("sender", (start, charset))?.extract()?;
        let sender = found.map(|(number, utf_8)| Sender { number, utf_8 });
        self.senders.insert(key, sender);
        Ok(sender)
    }

    /// The outline by MSH-9 and what the lines begin with.
    fn outline(&mut self, kind: &str, first: usize) -> PyResult<usize> {
        self.key.clear();
        self.key.extend_from_slice(kind.as_bytes());
        self.key.push(b'\n');
        for (number, &(from, to)) in self.lines[first..].iter().enumerate() {
            if number > 0 {
                self.key.push(b'\r');
            }
            let line = &self.text[from..to];
            match line.first_chunk::<HEAD>() {
                Some(head) if head.is_ascii() => self.key.extend_from_slice(head),
                _ => {
                    let line = std::str::from_utf8(line).expect("lines of text are text");
                    let head = line.char_indices().nth(HEAD).map_or(line, |(end, _)| &line[..end]);
                    self.key.extend_from_slice(head.as_bytes());
                }
            }
        }
        self.outlines.find(&self.key, self.asked)
    }
}
