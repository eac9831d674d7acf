//! The resources that a rule built.

use std::ffi::CStr;
use std::ops::Range;

use pyo3::prelude::*;

use crate::arrow::{Column, give};

/// Resources in the order of their rows, as an Arrow array: record u32, id and, unless they were put in order, text utf8.
#[pyclass]
pub struct Made {
    /// The number of the rule.
    pub rule: usize,
    records: Vec<u32>,
    ids: Texts,
    lines: Texts,     // each ended by a line feed, which is not the text's
    is_ordered: bool, // then the lines are elsewhere
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
    /// None yet, with room for so many of so many bytes.
    pub fn with_room(count: usize, size: usize) -> Self {
        let mut ends = Vec::with_capacity(count + 1);
        ends.push(0);
        Self { bytes: Vec::with_capacity(size), ends }
    }

    /// One of them.
    pub fn get(&self, row: usize) -> &[u8] {
        &self.bytes[self.span(row..row + 1)]
    }

    /// They as a column.
    pub fn column(self, name: &CStr) -> Column {
        Column::texts(name, self.ends, self.bytes)
    }

    /// Where some of them stand.
    pub fn span(&self, rows: Range<usize>) -> Range<usize> {
        self.ends[rows.start] as usize..self.ends[rows.end] as usize
    }

    /// Leaves some out: the others move up, where they stand.
    fn leave_out(&mut self, gone: &[usize]) {
        let (mut row, mut to) = (0, 0);
        for rows in kept(gone, self.ends.len() - 1) {
            let span = self.span(rows.clone());
            let back = (span.start - to) as i64;
            self.bytes.copy_within(span.clone(), to);
            to += span.len();
            for end in rows.start + 1..=rows.end {
                row += 1;
                self.ends[row] = self.ends[end] - back;
            }
        }
        self.bytes.truncate(to);
        self.ends.truncate(row + 1);
    }

    /// What was written since the last end is a text.
    pub fn end(&mut self) {
        self.ends.push(self.bytes.len() as i64);
    }

    /// What was written since the last end is a line.
    pub fn end_line(&mut self) {
        self.bytes.push(b'\n');
        self.end();
    }

    /// Lines without their line feeds.
    fn without_feeds(mut self) -> Self {
        let (mut from, mut to) = (0, 0);
        for end in &mut self.ends[1..] {
            let next = *end as usize;
            self.bytes.copy_within(from..next - 1, to);
            to += next - 1 - from;
            *end = to as i64;
            from = next;
        }
        self.bytes.truncate(to);
        self
    }
}

impl Made {
    /// Resources of these records, as lines.
    pub fn of(rule: usize, records: Vec<u32>, ids: Texts, lines: Texts) -> Self {
        Self { rule, records, ids, lines, is_ordered: false }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Bytes of the lines.
    pub fn size(&self) -> usize {
        self.lines.bytes.len()
    }

    /// The records of all.
    pub fn records(&self) -> &[u32] {
        &self.records
    }

    /// The record of a resource.
    pub fn record(&self, row: usize) -> u32 {
        self.records[row]
    }

    /// Its id.
    pub fn id(&self, row: usize) -> &[u8] {
        self.ids.get(row)
    }

    /// Its line.
    pub fn line(&self, row: usize) -> &[u8] {
        self.lines.get(row)
    }

    /// Its text.
    pub fn text(&self, row: usize) -> &str {
        let line = self.line(row);
        std::str::from_utf8(&line[..line.len() - 1]).expect("resources are text")
    }

    /// Its records, and the lines, which go.
    pub fn order(&mut self) -> (&[u32], Texts) {
        self.is_ordered = true;
        (&self.records, std::mem::take(&mut self.lines))
    }

    /// Leaves some out, in order of rows.
    pub fn leave_out(&mut self, gone: &[usize]) {
        let mut to = 0;
        for rows in kept(gone, self.records.len()) {
            self.records.copy_within(rows.clone(), to);
            to += rows.len();
        }
        self.records.truncate(to);
        self.ids.leave_out(gone);
        self.lines.leave_out(gone);
    }

    /// Gives some another text, in order of rows.
    pub fn change(&mut self, changed: &[(usize, &str)]) {
        let mut lines = Texts::default();
        lines.bytes.reserve(self.size());
        let mut changed = changed.iter().peekable();
        for row in 0..self.len() {
            if let Some((_, text)) = changed.next_if(|next| next.0 == row) {
                lines.bytes.extend_from_slice(text.as_bytes());
                lines.end_line();
            } else {
                lines.bytes.extend_from_slice(self.line(row));
                lines.end();
            }
        }
        self.lines = lines;
    }
}

/// The stretches of so many rows between some that go, which are in order.
fn kept(gone: &[usize], count: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(0).chain(gone.iter().map(|row| row + 1));
    let ends = gone.iter().copied().chain(std::iter::once(count));
    starts.zip(ends).map(|(start, end)| start..end)
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
        let (ids, lines) = (std::mem::take(&mut self.ids), std::mem::take(&mut self.lines));
        let mut columns = vec![Column::numbers(c"record", records), ids.column(c"id")];
        if !self.is_ordered {
            columns.push(lines.without_feeds().column(c"text"));
        }
        give(py, length, columns)
    }
}
