//! What the evaluation of a rule carries along.

use hashbrown::HashMap;
use pyo3::prelude::*;

use crate::engine::batch::{At, Batch};
use crate::engine::identities::Id;
use crate::engine::marks::Test;
use crate::engine::memo::{Known, Memo, Noted, Outcome};
use crate::engine::plan::Identity;

/// A finding: its place in the plan, the number of its code, and the row.
pub struct Found {
    /// The place in the plan.
    pub order: u32,
    /// The number of the code.
    pub code: u16,
    /// The row.
    pub at: At,
}

/// Codes of findings by number.
#[derive(Default)]
pub struct Codes {
    /// The codes.
    pub all: Vec<String>,
}

impl Codes {
    /// The number of a code.
    pub fn number(&mut self, code: &str) -> u16 {
        let found = self.all.iter().position(|known| known == code);
        let number = found.unwrap_or_else(|| {
            self.all.push(code.to_owned());
            self.all.len() - 1
        });
        u16::try_from(number).expect("there are some hundred codes")
    }
}

/// A text: of the batch or the plan, or made.
pub enum Text<'a> {
    Held(&'a str),
    Made(String),
}

impl Text<'_> {
    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Held(text) => text,
            Self::Made(text) => text,
        }
    }
}

/// Python could not answer; the error is the run's.
pub struct Failed;

/// What an evaluation gives. Small: an error of Python's is many times as large as most of what is given.
pub type Done<T> = Result<T, Failed>;

/// The evaluation of a rule on a batch.
pub struct Run<'a> {
    pub py: Python<'a>,
    pub batch: &'a Batch,
    pub rules: &'a [Identity],
    /// The children that can be anything in the batch, for each node that has such a list.
    pub lives: &'a [Vec<u16>],
    pub memos: &'a mut [Memo],
    pub ids: &'a mut [Vec<Id>],
    pub codes: &'a mut Codes,
    /// Findings in the order of evaluation.
    pub found: Vec<Found>,
    /// Whether findings are reported elsewhere.
    pub quiet: bool,
    /// The place of the item in its list.
    pub position: u32,
    /// The number of the list that `$position` asks for and that is to be built; 0: none.
    pub listing: usize,
    /// For each list that `$position` asks for, the places of its items by `$distinct` text.
    pub keyed: HashMap<usize, HashMap<String, u32>>,
    /// What nodes are remembered by that are being written, one inside the other.
    pub key: Vec<u8>,
    /// What an id is derived of.
    pub hashed: Vec<u8>,
    /// Of the objects that are being written the members that exclude others: number, and where they stand in `out`.
    pub spans: Vec<(usize, usize, usize)>,
    /// The text that is written.
    pub out: Vec<u8>,
    /// What stopped the evaluation.
    pub error: Option<PyErr>,
}

impl<'a> Run<'a> {
    /// Whether what has this test can be anything on a row.
    #[inline(always)]
    pub fn may(&self, test: &Test, at: At) -> bool {
        self.batch.has(at, test)
    }

    /// Notes a finding.
    pub fn report(&mut self, code: &str, order: u32, at: At) {
        if !self.quiet {
            let code = self.codes.number(code);
            self.found.push(Found { order, code, at });
        }
    }

    /// Evaluates without findings.
    pub fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> Done<T>) -> Done<T> {
        let before = (self.quiet, self.position, self.listing);
        self.quiet = true;
        let done = work(self);
        (self.quiet, self.position, self.listing) = before;
        done
    }

    /// What is remembered of a text, with its findings noted at a row; made, and remembered, where it is new. `take` is
    /// given it, and what is written.
    pub fn remembered<T>(
        &mut self,
        memo: usize,
        text: &str,
        at: At,
        make: impl FnOnce(&mut Self) -> Done<Outcome>,
        take: impl FnOnce(Known<'_>, &mut Vec<u8>) -> T,
    ) -> Done<T> {
        if let Some(known) = self.memos[memo].get(text.as_bytes()) {
            if !known.noted.is_empty() && !self.quiet {
                self.found.extend(known.noted.iter().map(|&(order, code)| Found { order, code, at }));
            }
            return Ok(take(known, &mut self.out));
        }
        let made = self.learned(memo, text, at, make)?;
        Ok(take(made.known(), &mut self.out))
    }

    #[cold]
    #[inline(never)]
    fn learned(
        &mut self,
        memo: usize,
        text: &str,
        at: At,
        make: impl FnOnce(&mut Self) -> Done<Outcome>,
    ) -> Done<Outcome> {
        let made = make(self)?;
        self.note(&made.noted, at);
        self.memos[memo].keep(text.as_bytes(), &made.known());
        Ok(made)
    }

    /// The same of a condition.
    pub fn remembered_to_hold(
        &mut self,
        memo: usize,
        text: &str,
        at: At,
        ask: impl FnOnce(Python<'a>) -> PyResult<bool>,
    ) -> Done<bool> {
        let make = |run: &mut Self| {
            let holds = ask(run.py);
            Ok(Outcome { holds: run.asked(holds)?, ..Outcome::default() })
        };
        self.remembered(memo, text, at, make, |known, _| known.holds)
    }

    /// What was asked of Python. An error stops the evaluation, and is held until it is told.
    pub fn asked<T>(&mut self, answer: PyResult<T>) -> Done<T> {
        answer.map_err(|error| {
            self.error = Some(error);
            Failed
        })
    }

    /// Notes the findings of a text at a row.
    #[inline]
    pub fn note(&mut self, noted: &[Noted], at: At) {
        if !self.quiet {
            self.found.extend(noted.iter().map(|&(order, code)| Found { order, code, at }));
        }
    }
}
