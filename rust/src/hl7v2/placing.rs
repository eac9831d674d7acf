//! The segments of a message to rows, as `placing.py` has them, where each has its place in the structure.
//!
//! Anything else is left to Python: a segment that the structure does not have there, or that no row takes, or that its row
//! has already; rows without a beginning. So is what there would be to say of it.

use pyo3::prelude::*;

use crate::hl7v2::contexts::{Context, Name};
use crate::hl7v2::moves::Moves;
use crate::hl7v2::outlines::Outline;

/// A row of a context: its segments with their lines, and the row around it.
struct Row {
    context: usize,
    above: Option<usize>,
    by_group: bool,
    joined: bool,
    lines: Vec<(Name, usize)>,
}

/// An open group: the row that segments in it stand in, and its own row.
struct Group {
    pointer: usize,
    row: Option<usize>,
}

/// The placing of one message. Nothing is None but where it is left to Python.
pub struct Placing<'a> {
    contexts: &'a [Context],
    rows: Vec<Row>,
    /// The open row of each context.
    open: Vec<Option<usize>>,
    groups: Vec<Group>,
}

impl<'a> Placing<'a> {
    /// A message without segments. The first context is its own.
    pub fn new(contexts: &'a [Context]) -> Self {
        let root = Row { context: 0, above: None, by_group: false, joined: false, lines: Vec::new() };
        let mut open = vec![None; contexts.len()];
        open[0] = Some(0);
        Self { contexts, rows: vec![root], open, groups: vec![Group { pointer: 0, row: None }] }
    }

    /// Places all segments, from a structure's start on. `heads` are the first four characters of the lines.
    pub fn place(
        &mut self,
        heads: &str,
        start: usize,
        moves: &mut Moves,
        asked: &Bound<'_, PyAny>,
    ) -> PyResult<Option<()>> {
        let mut place = start;
        for (line, head) in heads.split('\r').enumerate() {
            let Some(name) = name_of(head.as_bytes()) else { return Ok(None) };
            let Some(step) = moves.find(place, name, asked)? else { return Ok(None) };
            self.groups.truncate(step.keep);
            place = step.target;
            if step.new.iter().try_for_each(|&context| self.enter(context)).is_none() || self.take(name, line).is_none()
            {
                return Ok(None);
            }
        }
        Ok(Some(()))
    }

    /// Opens a group that has rows of a context, or none.
    fn enter(&mut self, context: Option<usize>) -> Option<()> {
        let Some(context) = context else {
            let pointer = self.groups.last()?.pointer;
            self.groups.push(Group { pointer, row: None });
            return Some(());
        };
        let around = self.groups.iter().rev().find_map(|group| group.row);
        let own = around.filter(|&row| self.rows[row].context == context && !self.rows[row].joined);
        let row = if let Some(row) = own {
            self.rows[row].joined = true;
            row
        } else {
            let above = self.open[self.contexts[context].parent?]?;
            let row = self.open_row(context, above)?;
            self.rows[row].by_group = true;
            row
        };
        self.groups.push(Group { pointer: row, row: Some(row) });
        Some(())
    }

    /// Gives a segment to the nearest row that takes it, or to a new one.
    fn take(&mut self, name: Name, line: usize) -> Option<()> {
        let mut row = self.groups.last()?.pointer;
        let segment = loop {
            match self.contexts[self.rows[row].context].segment(&name) {
                Some(segment) => break segment,
                None => row = self.rows[row].above?,
            }
        };
        let Row { context, above, by_group, .. } = self.rows[row];
        let held = self.rows[row].lines.iter().any(|(known, _)| *known == name);
        row = match (segment.opens, above, segment.opened) {
            (true, _, _) if by_group && !held => row,
            (true, Some(above), _) => self.open_row(context, above)?,
            (_, _, Some(inner)) if !segment.holds => self.open_row(inner, row)?,
            _ if held => return None,
            _ => row,
        };
        self.rows[row].lines.push((name, line));
        self.groups.last_mut()?.pointer = row;
        Some(())
    }

    /// A new row of a context, in the row `above` where that is one of the context around.
    fn open_row(&mut self, context: usize, above: usize) -> Option<usize> {
        let around = self.contexts[context].parent?;
        let above = if self.rows[above].context == around { above } else { self.open[around]? };
        let row = self.rows.len();
        self.rows.push(Row { context, above: Some(above), by_group: false, joined: false, lines: Vec::new() });
        self.open[context] = Some(row);
        for &inner in &self.contexts[context].inner {
            self.open[inner] = None;
        }
        Some(row)
    }

    /// What stands where: the rows of one context after another's, in the order of those around them.
    pub fn outline(self, structure: &str) -> Outline {
        let mut outline = Outline { structure: Some(structure.into()), ..Outline::default() };
        let mut by_context = vec![Vec::new(); self.contexts.len()];
        for (row, made) in self.rows.iter().enumerate() {
            by_context[made.context].push(row);
        }
        let mut places = vec![0; self.rows.len()];
        for mut rows in by_context {
            rows.sort_by_key(|&row| self.rows[row].above.map(|above| places[above]));
            for row in rows {
                let (place, made) = (outline.rows.len(), &self.rows[row]);
                places[row] = place;
                outline.rows.push((made.context, made.above.map_or(0, |above| place - places[above])));
                let lines = made
                    .lines
                    .iter()
                    .filter_map(|(name, line)| Some((self.contexts[made.context].segment(name)?.store?, place, *line)));
                outline.lines.extend(lines);
            }
        }
        outline
    }
}

/// The name of a segment by the first four characters of its line; None where it is none.
fn name_of(head: &[u8]) -> Option<Name> {
    match *head {
        [a, b, c] | [a, b, c, b'|']
            if a.is_ascii_uppercase()
                && [b, c].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) =>
        {
            Some([a, b, c])
        }
        _ => None,
    }
}
