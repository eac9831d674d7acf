//! Which columns a row has, as bits.

use crate::engine::plan::Context;

/// A look at a row some contexts above: whether it has any of some columns.
pub struct RowTest {
    /// How many contexts above.
    pub up: usize,
    /// The word of its marks.
    pub word: usize,
    /// The bits of the columns.
    pub mask: u64,
}

/// What a row must have one of.
pub enum Test {
    /// Any row will do.
    Open,
    /// Columns of the row itself, in one word of its marks.
    Here {
        /// The word.
        word: usize,
        /// The bits of the columns.
        mask: u64,
    },
    /// Columns of the row, or of those around it.
    Around(Box<[RowTest]>),
}

/// Where the columns of a plan are marked.
#[derive(Default)]
pub struct Marks {
    /// For each column its context, and its bit in the marks of that context's rows; none where it stands for the rows.
    places: Vec<(usize, Option<usize>)>,
    /// For each context how many columns are marked.
    columns: Vec<usize>,
}

impl Marks {
    /// The next column, in order of their numbers.
    pub fn add(&mut self, context: usize, is_column: bool) {
        self.columns.resize(self.columns.len().max(context + 1), 0);
        self.places.push((context, is_column.then_some(self.columns[context])));
        self.columns[context] += usize::from(is_column);
    }

    /// How many words the marks of a context's rows have.
    pub fn words(&self, context: usize) -> usize {
        self.columns[context].div_ceil(64)
    }

    /// The word and the mask of a column; none where it stands for the rows of a context.
    pub fn of(&self, slot: usize) -> Option<(usize, u64)> {
        self.places[slot].1.map(|bit| (bit / 64, 1 << (bit % 64)))
    }

    /// What a row of a context, or those around it, must have one of: None where that cannot be told of the row.
    pub fn test(&self, contexts: &[Context], context: usize, needs: &[usize]) -> Option<Test> {
        let mut tests: Vec<RowTest> = Vec::new();
        for &slot in needs {
            let (word, mask) = self.of(slot)?;
            let owner = self.places[slot].0;
            let up = contexts[context].depth.checked_sub(contexts[owner].depth)?;
            let mut around = context;
            for _ in 0..up {
                around = contexts[around].parent?;
            }
            if around != owner {
                return None;
            }
            match tests.iter_mut().find(|test| test.up == up && test.word == word) {
                Some(test) => test.mask |= mask,
                None => tests.push(RowTest { up, word, mask }),
            }
        }
        Some(match tests[..] {
            [RowTest { up: 0, word, mask }] => Test::Here { word, mask },
            _ => Test::Around(tests.into()),
        })
    }
}
