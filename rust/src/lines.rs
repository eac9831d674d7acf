//! Texts as lines.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arrow::{Table, Texts};

/// The texts of a frame's one column, each ended by a line feed, in blocks of some bytes at least.
#[pyclass]
pub struct Lines {
    texts: Option<Texts>,
    height: u32,
    row: u32,
    block: usize,
}

#[pymethods]
impl Lines {
    /// Takes a frame.
    #[new]
    fn new(frame: &Bound<'_, PyAny>, block: usize) -> PyResult<Self> {
        let table = Table::of(frame)?.map(Arc::new);
        let height = table.as_ref().map_or(0, |table| table.height() as u32);
        let texts = table.map(|table| table.texts(0)).transpose()?;
        Ok(Self { texts, height, row: 0, block })
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    /// The next block.
    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let Some(texts) = &self.texts else { return Ok(None) };
        let first = self.row;
        let mut size = 0;
        while self.row < self.height && size < self.block {
            size += texts.get(self.row).map_or(0, |text| text.len() + 1);
            self.row += 1;
        }
        if size == 0 {
            return Ok(None);
        }
        let block = PyBytes::new_with(py, size, |mut to| {
            for text in (first..self.row).filter_map(|row| texts.get(row)) {
                let (line, rest) = to.split_at_mut(text.len() + 1);
                line[..text.len()].copy_from_slice(text.as_bytes());
                line[text.len()] = b'\n';
                to = rest;
            }
            Ok(())
        })?;
        Ok(Some(block))
    }
}
