//! The resources that a rule built.

use std::ffi::CStr;

use pyo3::prelude::*;

use crate::arrow::{Column, give};

/// Resources in the order of their rows, as an Arrow array: record u32, id and, unless they were put in order, text utf8.
#[pyclass]
pub struct Made {
    /// The number of the rule.
    pub rule: usize,
    records: Vec<u32>,
    ids: Texts,
    texts: Texts,
    is_ordered: bool, // then the texts are elsewhere
}

/// Texts one after another, and where each ends.
pub struct Texts {
    /// All of them.
    pub bytes: Vec<u8>,
    ends: Vec<i64>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: vec![0] }
    }
}

impl Texts {
    /// One of them.
    pub fn get(&self, row: usize) -> &[u8] {
        &self.bytes[self.ends[row] as usize..self.ends[row + 1] as usize]
    }

    /// They as a column.
    pub fn column(self, name: &CStr) -> Column {
        Column::texts(name, self.ends, self.bytes)
    }

    /// What was written since the last end is a text.
    pub fn end(&mut self) {
        self.ends.push(self.bytes.len() as i64);
    }
}

impl Made {
    /// Resources of these records.
    pub fn of(rule: usize, records: Vec<u32>, ids: Texts, texts: Texts) -> Self {
        Self { rule, records, ids, texts, is_ordered: false }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Bytes of the texts.
    pub fn size(&self) -> usize {
        self.texts.bytes.len()
    }

    /// The record of a resource.
    pub fn record(&self, row: usize) -> u32 {
        self.records[row]
    }

    /// Its id.
    pub fn id(&self, row: usize) -> &[u8] {
        self.ids.get(row)
    }

    /// Its text.
    pub fn text(&self, row: usize) -> &str {
        std::str::from_utf8(self.texts.get(row)).expect("resources are text")
    }

    /// Its records, and the texts, which go.
    pub fn order(&mut self) -> (&[u32], Texts) {
        self.is_ordered = true;
        (&self.records, std::mem::take(&mut self.texts))
    }

    /// Leaves some out, and gives others another text. Both are in order of rows.
    pub fn rewrite(&mut self, gone: &[usize], changed: &[(usize, &str)]) {
        let mut kept = Self::of(self.rule, Vec::new(), Texts::default(), Texts::default());
        kept.texts.bytes.reserve(self.texts.bytes.len());
        let (mut gone, mut changed) = (gone.iter().peekable(), changed.iter().peekable());
        for row in 0..self.len() {
            if gone.next_if(|&&next| next == row).is_some() {
                continue;
            }
            let text = changed.next_if(|next| next.0 == row).map_or(self.texts.get(row), |next| next.1.as_bytes());
            kept.records.push(self.records[row]);
            kept.ids.bytes.extend_from_slice(self.ids.get(row));
            kept.ids.end();
            kept.texts.bytes.extend_from_slice(text);
            kept.texts.end();
        }
        *self = kept;
    }
}

#[pymethods]
impl Made {
    /// How many there are.
    fn __len__(&self) -> usize {
        self.len()
    }

    /// The texts.
    fn texts(&self) -> Vec<&str> {
        if self.is_ordered { Vec::new() } else { (0..self.len()).map(|row| self.text(row)).collect() }
    }

    /// Arrow's way to take them over: once, they are not copied.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__(
        &mut self,
        py: Python<'_>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        drop(requested_schema); // it is a wish
        let records = std::mem::take(&mut self.records);
        let length = records.len();
        let (ids, texts) = (std::mem::take(&mut self.ids), std::mem::take(&mut self.texts));
        let mut columns = vec![Column::numbers(c"record", records), ids.column(c"id")];
        if !self.is_ordered {
            columns.push(texts.column(c"text"));
        }
        give(py, length, columns)
    }
}
