//! A batch of messages to its tables.

use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyBytes;

use crate::arrow::MOST;
use crate::calm::calmly;
use crate::hl7v2::cells::{Cells, Way};
use crate::hl7v2::grid::Places;
use crate::hl7v2::messages::{Messages, Sender};
use crate::hl7v2::outlines::Outlines;
use crate::hl7v2::sheets::Sheets;
use crate::hl7v2::slots::Slots;

struct State {
    slots: Slots,
    parents: Vec<Option<usize>>,
    outlines: Outlines,
    senders: HashMap<Vec<u8>, Option<Sender>>,
    ways: Vec<Way>,
    places: Places,
    asked: Py<PyAny>,
}

/// Shreds what a projection reads. Remembers templates, and senders.
///
/// `asked` is a `rust_asking.Asked`: what of a message is out of the ordinary, Python reads.
#[pyclass]
pub struct Shredder {
    state: Mutex<State>,
}

/// What was made of a batch: its tables, the templates of those that could be read, the rows of the others with the code
/// of why, and the rows that have other escape sequences than plain ones.
type Shredded = (Sheets, Vec<usize>, Vec<(usize, String)>, Vec<usize>);

#[pymethods]
impl Shredder {
    /// Reads the look-ups of a projection. `parents` are the contexts around each context.
    #[new]
    fn new(slots: &Bound<'_, PyAny>, parents: Vec<Option<usize>>, asked: Py<PyAny>) -> PyResult<Self> {
        let slots = Slots::of(slots, parents.len())?;
        let state = State {
            places: Places::new(&slots.sheets, slots.names.sheets.len()),
            slots,
            parents,
            outlines: Outlines::default(),
            senders: HashMap::new(),
            ways: Vec::new(),
            asked,
        };
        Ok(Self { state: Mutex::new(state) })
    }

    /// The tables of messages.
    fn shred(&self, py: Python<'_>, raw: Vec<Bound<'_, PyBytes>>) -> PyResult<Shredded> {
        calmly(|| self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner).shred(py, raw))
    }
}

impl State {
    fn shred(&mut self, py: Python<'_>, raw: Vec<Bound<'_, PyBytes>>) -> PyResult<Shredded> {
        let Self { slots, parents, outlines, senders, ways, places, asked } = self;
        let asked = asked.bind(py);
        let mut text = Vec::with_capacity(raw.iter().map(|data| data.as_bytes().len()).sum());
        let (mut unread, mut unsound) = (Vec::new(), Vec::new());
        let mut messages = Vec::with_capacity(raw.len());
        let mut lines = Vec::new();
        let mut reader = Messages { text: &mut text, lines: &mut lines, outlines, senders, asked, key: Vec::new() };
        for (row, data) in raw.iter().enumerate() {
            match reader.read(data)? {
                Ok((message, is_sound)) => {
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
        let templates = messages.iter().map(|message| message.template).collect();
        for number in ways.len()..messages.iter().map(|message| message.sender + 1).max().unwrap_or_default() {
            let (usual, field, encoding) = asked.call_method1("way", (number,))?.extract()?;
            ways.push(Way { usual, header: [field, encoding] });
        }
        let mut cells = Cells::new(slots, ways, parents.len(), places);
        for message in &messages {
            cells.take(message, &text, &lines, outlines, parents, asked)?;
        }
        Ok((cells.sheets(text)?, templates, unread, unsound))
    }
}
