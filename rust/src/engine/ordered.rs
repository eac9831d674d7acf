//! The resources of one type, as lines.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyMemoryView;

use crate::block::Block;
use crate::engine::made::{Made, Texts};
use crate::engine::order::{Stretch, in_order};

/// Bytes of a stretch that is given where it stands: to copy so many takes longer than a call to write them.
const LONG: usize = 64 << 10;

/// What a rule built: for each row its record, and its line.
struct Rows {
    records: Vec<u32>,
    lines: Texts,
}

/// What the rules of one type built as lines, each ended by a line feed: by record, rule, row. They come in blocks: long
/// stretches of a rule's lines where they stand, others together, some bytes at most.
#[pyclass]
pub struct Ordered {
    rules: Vec<Rows>,
    stretches: Vec<Stretch>,
    /// The bytes of the lines of each rule; none once they all came.
    bytes: Vec<Arc<Vec<u8>>>,
    next: usize,
    block: usize,
}

#[pymethods]
impl Ordered {
    /// Takes the texts of what the rules of a type built, in the order of the rules.
    #[new]
    fn new(mut made: Vec<PyRefMut<'_, Made>>, block: usize) -> Self {
        let (mut rules, mut bytes) = (Vec::with_capacity(made.len()), Vec::with_capacity(made.len()));
        for one in &mut made {
            let (records, mut lines) = one.order();
            bytes.push(Arc::new(std::mem::take(&mut lines.bytes)));
            rules.push(Rows { records: records.to_vec(), lines });
        }
        let records: Vec<&[u32]> = rules.iter().map(|rule| rule.records.as_slice()).collect();
        Self { stretches: in_order(&records), rules, bytes, next: 0, block }
    }

    /// For each line its record.
    fn records(&self) -> Vec<u32> {
        self.rows().map(|(rule, row)| rule.records[row]).collect()
    }

    /// For each line how many bytes it has.
    fn lengths(&self) -> Vec<u32> {
        self.rows().map(|(rule, row)| rule.lines.span(row..row + 1).len() as u32).collect()
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    /// The next block.
    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyMemoryView>>> {
        let mut together = Vec::new();
        while let Some(Stretch { place, rows }) = self.stretches.get(self.next) {
            let span = self.rules[*place].lines.span(rows.clone());
            let bytes = &self.bytes[*place];
            if together.is_empty() && span.len() >= LONG {
                self.next += 1;
                return Block::view(py, Arc::clone(bytes), span).map(Some);
            }
            if together.is_empty() {
                together.reserve(self.block.max(span.len()));
            } else if span.len() >= LONG || together.len() + span.len() > self.block {
                break;
            }
            together.extend_from_slice(&bytes[span]);
            self.next += 1;
        }
        if together.is_empty() {
            self.bytes = Vec::new();
            return Ok(None);
        }
        let end = together.len();
        Block::view(py, Arc::new(together), 0..end).map(Some)
    }
}

impl Ordered {
    /// The lines in order: the rule of each, and its row there.
    fn rows(&self) -> impl Iterator<Item = (&Rows, usize)> {
        self.stretches.iter().flat_map(|stretch| stretch.rows.clone().map(|row| (&self.rules[stretch.place], row)))
    }
}
