//! The contexts of a layout: which segments stand in their rows, and what is read of these (`contexts.py`, `reads.py`).

use hashbrown::HashMap;
use pyo3::prelude::*;

/// The name of a segment.
pub type Name = [u8; 3];

/// What a segment is to a context that takes it: one of the first three, or more.
#[derive(Clone, Copy, Default)]
pub struct Segment {
    /// It opens a row of the context.
    pub opens: bool,
    /// A row of the context holds one.
    pub holds: bool,
    /// The context inside this one that it opens a row of.
    pub opened: Option<usize>,
    /// The number that it is read by.
    pub store: Option<usize>,
}

impl Segment {
    /// Whether a row of the context takes it.
    fn is_taken(&self) -> bool {
        self.opens || self.holds || self.opened.is_some()
    }
}

/// A context by number; those that it is in have lower ones.
pub struct Context {
    pub parent: Option<usize>,
    /// All contexts inside.
    pub inner: Vec<usize>,
    segments: HashMap<Name, Segment>,
}

impl Context {
    /// What a segment is to it, where its rows take such.
    pub fn segment(&self, name: &Name) -> Option<Segment> {
        self.segments.get(name).copied()
    }
}

/// Those of a projection, a sequence of `reads.ContextReads`.
pub fn read_contexts(reads: &Bound<'_, PyAny>) -> PyResult<Vec<Context>> {
    reads.try_iter()?.map(|one| read_context(&one?)).collect()
}

fn read_context(reads: &Bound<'_, PyAny>) -> PyResult<Context> {
    let context = reads.getattr("context")?;
    let parent = context.getattr("parent")?;
    let mut segments: HashMap<Name, Segment> = HashMap::new();
    let mut add = |name: &Bound<'_, PyAny>, add: &dyn Fn(&mut Segment)| -> PyResult<()> {
        if let Ok(name) = Name::try_from(name.extract::<String>()?.as_bytes()) {
            add(segments.entry(name).or_default());
        }
        Ok(())
    };
    for name in context.getattr("opens")?.try_iter()? {
        add(&name?, &|segment| segment.opens = true)?;
    }
    for name in context.getattr("holds")?.try_iter()? {
        add(&name?, &|segment| segment.holds = true)?;
    }
    let opened = context.getattr("opened")?;
    for name in opened.try_iter()? {
        let name = name?;
        let inner = opened.get_item(&name)?.getattr("number")?.extract()?;
        add(&name, &|segment| segment.opened = Some(inner))?;
    }
    let read = reads.getattr("segments")?;
    for name in read.try_iter()? {
        let name = name?;
        let store = read.get_item(&name)?.getattr("store")?.extract()?;
        add(&name, &|segment| segment.store = Some(store))?;
    }
    segments.retain(|_, segment| segment.is_taken());
    Ok(Context {
        parent: if parent.is_none() { None } else { Some(parent.getattr("number")?.extract()?) },
        inner: context.getattr("inner")?.extract()?,
        segments,
    })
}
