//! The resources of one type, as lines.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::engine::made::{Made, Texts};

/// A line: its record, the place of its rule among those of the type, its row there.
type Line = (u32, u32, u32);

/// What the rules of one type built as lines, each ended by a line feed: by record, rule, row. They come in blocks of some
/// bytes at least.
#[pyclass]
pub struct Ordered {
    texts: Vec<Texts>, // none once they all came
    lines: Vec<Line>,
    lengths: Vec<u32>,
    next: usize,
    block: usize,
}

#[pymethods]
impl Ordered {
    /// Takes the texts of what the rules of a type built, in the order of the rules.
    #[new]
    fn new(mut made: Vec<PyRefMut<'_, Made>>, block: usize) -> Self {
        let mut lines = Vec::with_capacity(made.iter().map(|one| one.len()).sum());
        let mut texts = Vec::with_capacity(made.len());
        for (place, one) in made.iter_mut().enumerate() {
            let (records, some) = one.order();
            lines.extend(records.iter().enumerate().map(|(row, &record)| (record, place as u32, row as u32)));
            texts.push(some);
        }
        if texts.len() > 1 {
            lines.sort_unstable();
        }
        let mut ordered = Self { texts, lines, lengths: Vec::new(), next: 0, block };
        ordered.lengths = ordered.lines.iter().map(|line| ordered.text(line).len() as u32 + 1).collect();
        ordered
    }

    /// For each line its record.
    fn records(&self) -> Vec<u32> {
        self.lines.iter().map(|line| line.0).collect()
    }

    /// For each line how many bytes it has.
    fn lengths(&self) -> Vec<u32> {
        self.lengths.clone()
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    /// The next block.
    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let first = self.next;
        let mut size = 0;
        while let Some(&length) = self.lengths.get(self.next)
            && size < self.block
        {
            size += length as usize;
            self.next += 1;
        }
        if size == 0 {
            self.texts = Vec::new();
            return Ok(None);
        }
        let block = PyBytes::new_with(py, size, |mut to| {
            for text in self.lines[first..self.next].iter().map(|line| self.text(line)) {
                let (line, rest) = to.split_at_mut(text.len() + 1);
                line[..text.len()].copy_from_slice(text);
                line[text.len()] = b'\n';
                to = rest;
            }
            Ok(())
        })?;
        Ok(Some(block))
    }
}

impl Ordered {
    fn text(&self, line: &Line) -> &[u8] {
        self.texts[line.1 as usize].get(line.2 as usize)
    }
}
