//! The ways through message structures, as far as they were gone: Python finds them (`grammar.py`), each once.

use hashbrown::HashMap;
use pyo3::prelude::*;

use crate::hl7v2::contexts::Name;

/// To a segment's place: how many of the open groups stay, the contexts of those that open, where these have rows.
pub struct Move {
    pub target: usize,
    pub keep: usize,
    pub new: Vec<Option<usize>>,
}

/// The place before the first segment of a structure, and its name.
pub type Start = (usize, Box<str>);

/// What is known by now.
#[derive(Default)]
pub struct Moves {
    starts: HashMap<Box<str>, Option<Start>>,
    moves: HashMap<(usize, Name), Option<Move>>,
}

impl Moves {
    /// Where messages begin that have this MSH-9; None where their structure is not known.
    pub fn start(&mut self, kind: &str, asked: &Bound<'_, PyAny>) -> PyResult<Option<&Start>> {
        if !self.starts.contains_key(kind) {
            let found: Option<(usize, String)> = asked.call_method1("start", (kind,))?.extract()?;
            self.starts.insert(kind.into(), found.map(|(place, structure)| (place, structure.into())));
        }
        Ok(self.starts[kind].as_ref())
    }

    /// Where a segment stands after a place; None where that is out of the ordinary.
    pub fn find(&mut self, place: usize, name: Name, asked: &Bound<'_, PyAny>) -> PyResult<Option<&Move>> {
        let key = (place, name);
        if !self.moves.contains_key(&key) {
            let text = std::str::from_utf8(&name).expect("a name is text");
            let found: Option<(usize, usize, Vec<Option<usize>>)> =
                asked.call_method1("move", (place, text))?.extract()?;
            self.moves.insert(key, found.map(|(target, keep, new)| Move { target, keep, new }));
        }
        Ok(self.moves[&key].as_ref())
    }
}
