//! A batch of messages to its tables.

use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;
use pyo3::exceptions::{PyIndexError, PyOverflowError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;

use crate::arrow::MOST;
use crate::calm::calmly;
use crate::hl7v2::cells::{Cells, Way};
use crate::hl7v2::contexts::read_contexts;
use crate::hl7v2::grid::Places;
use crate::hl7v2::messages::{Messages, Sender};
use crate::hl7v2::outlines::Outlines;
use crate::hl7v2::sheets::Sheets;
use crate::hl7v2::slots::Slots;

struct State {
    slots: Slots,
    outlines: Outlines,
    senders: HashMap<Vec<u8>, Option<Sender>>,
    ways: Vec<Way>,
    places: Places,
    asked: Py<PyAny>,
}

/// Shreds what a projection reads. Remembers outlines, and senders.
///
/// `asked` is a `rust_asking.Asked`: what of a message is out of the ordinary, Python reads.
#[pyclass]
pub struct Shredder {
    state: Mutex<State>,
}

/// What was made of a batch: its tables, the rows that could not be read with the code of why, those that there is something
/// to say of with the number of their template, and those that have other escape sequences than plain ones.
type Shredded = (Sheets, Vec<(usize, String)>, Vec<(usize, usize)>, Vec<usize>);

#[pymethods]
impl Shredder {
    /// Takes over the look-ups of a projection, and what it reads of each context.
    #[new]
    fn new(slots: &Bound<'_, PyAny>, reads: &Bound<'_, PyAny>, asked: Py<PyAny>) -> PyResult<Self> {
        let contexts = read_contexts(reads)?;
        let slots = Slots::of(slots, contexts.len())?;
        let state = State {
            places: Places::new(&slots.sheets, slots.names.sheets.len()),
            slots,
            outlines: Outlines::new(contexts),
            senders: HashMap::new(),
            ways: Vec::new(),
            asked,
        };
        Ok(Self { state: Mutex::new(state) })
    }

    /// How many numbers and letters are remembered of outlines.
    fn remembered(&self, py: Python<'_>) -> usize {
        self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner).outlines.size()
    }

    /// The tables of messages, each of which has its start in `data` and its length.
    fn shred(&self, py: Python<'_>, data: &[u8], starts: Vec<usize>, lengths: Vec<usize>) -> PyResult<Shredded> {
        let raw: Option<Vec<_>> =
            starts.into_iter().zip(lengths).map(|(start, length)| data.get(start..)?.get(..length)).collect();
        let raw = raw.ok_or_else(|| PyIndexError::new_err("a message is not where it should be"))?;
        calmly(|| self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner).shred(py, &raw))
    }
}

impl State {
    fn shred(&mut self, py: Python<'_>, raw: &[&[u8]]) -> PyResult<Shredded> {
        let Self { slots, outlines, senders, ways, places, asked } = self;
        let asked = asked.bind(py);
        let mut text = Vec::with_capacity(raw.iter().map(|data| data.len()).sum());
        let (mut unread, mut noticed, mut unsound) = (Vec::new(), Vec::new(), Vec::new());
        let mut messages = Vec::with_capacity(raw.len());
        let mut lines = Vec::new();
        let mut reader = Messages { text: &mut text, lines: &mut lines, outlines, senders, asked, key: Vec::new() };
        for (row, data) in raw.iter().enumerate() {
            match reader.read(data)? {
                Ok((message, is_sound)) => {
                    noticed.extend(reader.outlines.of(message.outline).noticed.map(|number| (row, number)));
                    messages.push(message);
                    if !is_sound {
                        unsound.push(row);
                    }
                }
                Err(code) => unread.push((row, code)),
            }
        }
        if text.len() > MOST {
            return Err(PyOverflowError::new_err("a batch has more text than can be found again"));
        }
        for number in ways.len()..messages.iter().map(|message| message.sender + 1).max().unwrap_or_default() {
            let (usual, field, encoding) = asked.call_method1("way", (number,))?.extract()?;
            ways.push(Way { usual, header: [field, encoding] });
        }
        let mut cells = Cells::new(slots, ways, places);
        for message in &messages {
            cells.take(message, &text, &lines, outlines, asked)?;
        }
        Ok((cells.sheets(text)?, unread, noticed, unsound))
    }
}
