//! Where the lines of a message stand, for every message with the same structure and sequence of segments.

use hashbrown::HashMap;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// What a template puts where (`outline.py`).
pub struct Outline {
    /// For each row the number of its context, and how far before it in the message the row around it stands.
    pub rows: Vec<(usize, usize)>,
    /// For each line that is read the segment that it is read for, its row among the message's, its own place.
    pub lines: Vec<(usize, usize, usize)>,
    /// The structure, where it is known.
    pub structure: Option<Box<str>>,
}

/// The outlines by MSH-9 and the heads of lines. Numbers are those of the templates that Python holds.
#[derive(Default)]
pub struct Outlines {
    known: HashMap<Box<[u8]>, usize>,
    all: Vec<Outline>,
}

impl Outlines {
    /// The number of a message's template, asked for where it is new: then `find` gives the number, its outline and its structure.
    ///
    /// `key` is MSH-9, a line feed, and the heads.
    pub fn find(&mut self, key: &[u8], find: &Bound<'_, PyAny>) -> PyResult<usize> {
        if let Some(&number) = self.known.get(key) {
            return Ok(number);
        }
        let text = std::str::from_utf8(key).expect("a key is text");
        let (kind, heads) = text.split_once('\n').unwrap_or((text, ""));
        let found = find.call1((kind, heads))?;
        let number: usize = found.get_item(0)?.extract()?;
        if number > self.all.len() {
            return Err(PyRuntimeError::new_err("templates are out of step"));
        }
        if number == self.all.len() {
            let outline = found.get_item(1)?;
            let list = |name: &str| -> PyResult<Vec<usize>> { outline.getattr(name)?.extract() };
            let pairs = list("contexts")?.into_iter().zip(list("backs")?).collect();
            let lines = list("stores")?.into_iter().zip(list("rows")?).zip(list("lines")?);
            let structure: Option<String> = found.get_item(2)?.extract()?;
            self.all.push(Outline {
                rows: pairs,
                lines: lines.map(|((store, row), line)| (store, row, line)).collect(),
                structure: structure.map(Into::into),
            });
        }
        self.known.insert(key.into(), number);
        Ok(number)
    }

    /// An outline.
    pub fn of(&self, number: usize) -> &Outline {
        &self.all[number]
    }
}
