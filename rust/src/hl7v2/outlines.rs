//! Where the lines of a message stand, for every message with the same type and sequence of segments.

use hashbrown::HashMap;
use pyo3::prelude::*;

use crate::hl7v2::contexts::Context;
use crate::hl7v2::moves::Moves;
use crate::hl7v2::placing::Placing;

/// What a message has where (`outline.py`).
#[derive(Default)]
pub struct Outline {
    /// For each row the number of its context, and how far before it in the message the row around it stands.
    pub rows: Vec<(usize, usize)>,
    /// For each line that is read the segment that it is read for, its row among the message's, its own place.
    pub lines: Vec<(usize, usize, usize)>,
    /// The structure, where it is known.
    pub structure: Option<Box<str>>,
    /// The number of its template in Python, where there is something to say of it.
    pub noticed: Option<usize>,
}

/// The outlines by MSH-9 and the heads of lines.
pub struct Outlines {
    contexts: Vec<Context>,
    moves: Moves,
    known: HashMap<Box<[u8]>, usize>,
    all: Vec<Outline>,
    size: usize,
}

impl Outlines {
    /// None yet.
    pub fn new(contexts: Vec<Context>) -> Self {
        Self { contexts, moves: Moves::default(), known: HashMap::new(), all: Vec::new(), size: 0 }
    }

    /// The number of a message's outline, made where it is new. `key` is MSH-9, a line feed, and the heads.
    pub fn find(&mut self, key: &[u8], asked: &Bound<'_, PyAny>) -> PyResult<usize> {
        if let Some(&number) = self.known.get(key) {
            return Ok(number);
        }
        let text = std::str::from_utf8(key).expect("a key is text");
        let (kind, heads) = text.split_once('\n').unwrap_or((text, ""));
        let outline = match self.place(kind, heads, asked)? {
            Some(outline) => outline,
            None => ask(kind, heads, asked)?,
        };
        self.size += key.len() + 2 * outline.rows.len() + 3 * outline.lines.len();
        self.all.push(outline);
        self.known.insert(key.into(), self.all.len() - 1);
        Ok(self.all.len() - 1)
    }

    fn place(&mut self, kind: &str, heads: &str, asked: &Bound<'_, PyAny>) -> PyResult<Option<Outline>> {
        let Some((start, structure)) = self.moves.start(kind, asked)?.cloned() else { return Ok(None) };
        let mut placing = Placing::new(&self.contexts);
        Ok(placing.place(heads, start, &mut self.moves, asked)?.map(|()| placing.outline(&structure)))
    }

    /// An outline.
    pub fn of(&self, number: usize) -> &Outline {
        &self.all[number]
    }

    /// The contexts that rows are of.
    pub fn contexts(&self) -> &[Context] {
        &self.contexts
    }

    /// How many numbers and letters are remembered.
    pub fn size(&self) -> usize {
        self.size
    }
}

/// The outline that Python makes: with it, its structure, and its number where there is something to say.
fn ask(kind: &str, heads: &str, asked: &Bound<'_, PyAny>) -> PyResult<Outline> {
    let (outline, structure, noticed): (Bound<'_, PyAny>, Option<String>, Option<usize>) =
        asked.call_method1("template", (kind, heads))?.extract()?;
    let list = |name: &str| -> PyResult<Vec<usize>> { outline.getattr(name)?.extract() };
    let lines = list("stores")?.into_iter().zip(list("rows")?).zip(list("lines")?);
    Ok(Outline {
        rows: list("contexts")?.into_iter().zip(list("backs")?).collect(),
        lines: lines.map(|((store, row), line)| (store, row, line)).collect(),
        structure: structure.map(Into::into),
        noticed,
    })
}
