//! A batch: the tables of its contexts, and which columns of them have anything.

use std::collections::HashMap;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrow::{Texts, View};
use crate::engine::marks::{Marks, RowTest, Test};
use crate::engine::plan::{Context, Needs};
use crate::engine::reading::Reading;

/// Rows that are marked at a time.
const ROWS: usize = 16;

/// A row of a context.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The number of the context.
    pub context: usize,
    /// The row in its table.
    pub row: u32,
    /// Where its marks begin in those of all rows.
    marks: u32,
}

/// The rows of a context.
#[derive(Default)]
struct Rows {
    height: u32,
    /// For each row, the row of the context around it; of records, their numbers in the file.
    numbers: Vec<u32>,
    /// For each row of the context around it, where its rows begin; one more for the end.
    first: Vec<u32>,
}

/// A table that a batch is made of.
pub struct Taken {
    /// The number of its context.
    pub context: usize,
    /// For each row, the row of the context around it; of records, their numbers in the file.
    pub numbers: Vec<u32>,
    /// Columns that the plan reads, by number. Those without a text may be left out.
    pub columns: Vec<(usize, Texts)>,
}

/// The records that are converted together.
pub struct Batch {
    rows: Vec<Rows>,
    parents: Vec<Option<usize>>,
    depths: Vec<usize>,
    columns: Vec<Option<Texts>>,
    /// For each context where the marks of its rows begin, and how many words those of a row have.
    marked: Vec<(usize, usize)>,
    /// The marks of all rows.
    masks: Vec<u64>,
    /// For each column, and for each context in the place of its name "", whether there is anything.
    pub there: Vec<bool>,
    /// The values of the file.
    pub file: HashMap<String, String>,
}

impl Batch {
    /// The batch of some tables, those that have rows. Each is gone over as it comes: its views are in the cache then.
    pub fn of(reading: &Reading, tables: impl Iterator<Item = Taken>, file: HashMap<String, String>) -> PyResult<Self> {
        let contexts = &reading.contexts;
        let mut batch = Self {
            rows: contexts.iter().map(|_| Rows::default()).collect(),
            parents: contexts.iter().map(|context| context.parent).collect(),
            depths: contexts.iter().map(|context| context.depth).collect(),
            columns: (0..reading.slots.len()).map(|_| None).collect(),
            marked: vec![(0, 0); contexts.len()],
            masks: Vec::new(),
            there: vec![false; reading.slots.len()],
            file,
        };
        for table in tables {
            batch.there[reading.rows[table.context]] = true;
            batch.take(table, &reading.marks)?;
        }
        batch.open(contexts)?;
        Ok(batch)
    }

    fn take(&mut self, table: Taken, marks: &Marks) -> PyResult<()> {
        let height = table.numbers.len();
        let words = marks.words(table.context);
        let first = self.masks.len();
        self.masks.resize(first + words * height, 0);
        let masks = &mut self.masks[first..];
        let mut marked = Vec::new();
        for (slot, column) in &table.columns {
            if column.height() != height {
                return Err(PyValueError::new_err("the columns of a table are not of one height"));
            }
            if let Some((word, mask)) = marks.of(*slot) {
                marked.push((*slot, column, word, mask));
            }
        }
        // some rows at a time: their views stay in the cache from one column to the next
        for (first, rows) in masks.chunks_mut((words * ROWS).max(1)).enumerate() {
            for &(slot, column, word, mask) in &marked {
                let mut any = 0;
                for (marks, has) in rows.chunks_exact_mut(words).zip(column.have(first * ROWS)) {
                    let mark = if has { mask } else { 0 };
                    marks[word] |= mark;
                    any |= mark;
                }
                self.there[slot] |= any != 0;
            }
        }
        for (slot, column) in table.columns {
            if self.there[slot] {
                self.columns[slot] = Some(column);
            }
        }
        self.rows[table.context] = Rows { height: height as u32, numbers: table.numbers, first: Vec::new() };
        self.marked[table.context] = (first, words);
        Ok(())
    }

    /// Finds where the rows under each row begin.
    fn open(&mut self, contexts: &[Context]) -> PyResult<()> {
        for (context, about) in contexts.iter().enumerate() {
            let Some(parent) = about.parent else { continue };
            let above = self.rows[parent].height as usize;
            let mut first = vec![0; above + 1];
            for pair in self.rows[context].numbers.windows(2) {
                if pair[1] < pair[0] {
                    return Err(PyValueError::new_err("the rows of a table are not in the order of their parents"));
                }
            }
            for &row in &self.rows[context].numbers {
                let next = first.get_mut(row as usize + 1);
                *next.ok_or_else(|| PyValueError::new_err("a row stands under none"))? += 1;
            }
            for row in 0..above {
                first[row + 1] += first[row];
            }
            self.rows[context].first = first;
        }
        Ok(())
    }

    /// Whether what has these needs can be anything in the batch.
    pub fn may_have(&self, needs: &Needs) -> bool {
        needs.as_ref().is_none_or(|needs| needs.iter().any(|&slot| self.there[slot]))
    }

    /// The rows of a context.
    pub fn height(&self, context: usize) -> u32 {
        self.rows[context].height
    }

    /// A row.
    #[inline(always)]
    pub fn at(&self, context: usize, row: u32) -> At {
        let (first, words) = self.marked[context];
        At { context, row, marks: (first + row as usize * words) as u32 }
    }

    /// The row some contexts above.
    #[inline(always)]
    pub fn above(&self, at: At, up: usize) -> At {
        if up == 0 {
            return at;
        }
        let (context, row) = self.around(at, up);
        self.at(context, row)
    }

    /// The same, its row alone.
    #[inline(always)]
    fn row_above(&self, at: At, up: usize) -> u32 {
        if up == 0 { at.row } else { self.around(at, up).1 }
    }

    #[inline(never)]
    fn around(&self, at: At, up: usize) -> (usize, u32) {
        let (mut context, mut row) = (at.context, at.row);
        for _ in 0..up {
            let rows = &self.rows[context];
            row = rows.numbers[row as usize];
            context = self.parents[context].expect("a path goes up no further than the record");
        }
        (context, row)
    }

    /// The record of a row: its row in the record's table.
    pub fn record(&self, at: At) -> u32 {
        self.above(at, self.depths[at.context]).row
    }

    /// The number of a row's record in its file.
    pub fn record_number(&self, at: At) -> u32 {
        let top = self.above(at, self.depths[at.context]);
        self.rows[top.context].numbers[top.row as usize]
    }

    /// The text of a column some contexts above a row.
    #[inline(always)]
    pub fn text(&self, slot: usize, up: usize, at: At) -> Option<&str> {
        self.columns[slot].as_ref()?.get(self.row_above(at, up))
    }

    /// The view of a text some contexts above a row, see `Texts::view`.
    #[inline(always)]
    pub fn view(&self, slot: usize, up: usize, at: At) -> [u8; 16] {
        self.columns[slot].as_ref().map_or(View::NULL.bytes(), |column| column.view(self.row_above(at, up)))
    }

    /// What tells a text apart that is short, or none, see `Texts::short_key`.
    #[inline(always)]
    pub fn short_key(&self, slot: usize, up: usize, at: At) -> Option<[u8; 16]> {
        match &self.columns[slot] {
            Some(column) => column.short_key(self.row_above(at, up)),
            None => Some(View::NULL.bytes()),
        }
    }

    /// Adds what tells a text apart, see `Texts::key`.
    #[inline(always)]
    pub fn key(&self, slot: usize, up: usize, at: At, key: &mut Vec<u8>) {
        match &self.columns[slot] {
            Some(column) => column.key(self.row_above(at, up), key),
            None => key.extend_from_slice(&View::NULL.bytes()),
        }
    }

    /// Whether a row has any of what is asked for.
    #[inline(always)]
    pub fn has(&self, at: At, test: &Test) -> bool {
        match test {
            Test::Open => true,
            Test::Here { word, mask } => self.is_marked(at, *word, *mask),
            Test::Around(tests) => self.has_around(at, tests),
        }
    }

    #[inline(never)]
    fn has_around(&self, at: At, tests: &[RowTest]) -> bool {
        tests.iter().any(|test| self.is_marked(self.above(at, test.up), test.word, test.mask))
    }

    #[inline(always)]
    fn is_marked(&self, at: At, word: usize, mask: u64) -> bool {
        self.masks[at.marks as usize + word] & mask != 0
    }

    /// The rows of a context under a stretch of rows of the one around it.
    pub fn under(&self, context: usize, from: u32, to: u32) -> (u32, u32) {
        let first = &self.rows[context].first;
        if self.rows[context].height == 0 { (0, 0) } else { (first[from as usize], first[to as usize]) }
    }
}
