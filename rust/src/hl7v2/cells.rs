//! Text to the values of tables.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::arrow::View;
use crate::hl7v2::escapes;
use crate::hl7v2::grid::{Grids, Places, Row};
use crate::hl7v2::messages::Message;
use crate::hl7v2::outlines::Outlines;
use crate::hl7v2::parts::{Mark, Part, Parts, Span};
use crate::hl7v2::sheets::{Sheet, Sheets, numerals};
use crate::hl7v2::slots::{At, Field, NONE, Slots};

/// A value that is to be deleted.
const NULL: &[u8] = b"\"\"";
/// What the column of what is there says, or of what is to be deleted.
const PRESENT: View = View::TRUE;

/// What is known of a way to send messages.
pub struct Way {
    /// Whether it has the usual separators.
    pub usual: bool,
    /// MSH-1 and MSH-2.
    pub header: [String; 2],
}

/// The text of a message, how it was sent, and who is asked about it.
struct Source<'a, 'py> {
    text: &'a [u8],
    sender: usize,
    asked: &'a Bound<'py, PyAny>,
}

impl Source<'_, '_> {
    /// Whether a part says that its value is to be deleted.
    #[inline(always)]
    fn is_null(&self, (start, end): Span) -> bool {
        end - start == NULL.len() && &self.text[start..end] == NULL
    }

    /// What Python makes of a text with other escape sequences than plain ones, or other separators.
    fn ask(&self, (start, end): Span, as_sent: bool) -> PyResult<Vec<u8>> {
        let text = std::str::from_utf8(&self.text[start..end]).expect("parts of text are text");
        Ok(self.asked.call_method1("decoded", (text, self.sender, as_sent))?.extract::<String>()?.into_bytes())
    }
}

/// Texts that no message has; they are put behind those of the messages at the end.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    /// Where the messages' end.
    after: usize,
}

impl Kept {
    /// A view of another one.
    fn view(&mut self, text: &[u8]) -> PyResult<View> {
        let view = View::of(text, self.after + self.bytes.len())?;
        if text.len() > 12 {
            self.bytes.extend_from_slice(text);
        }
        Ok(view)
    }
}

/// The values of a row, as they are found.
struct Values<'a, 'py> {
    row: Row<'a>,
    kept: &'a mut Kept,
    source: &'a Source<'a, 'py>,
}

impl Values<'_, '_> {
    /// Puts a text without its escape sequences where it is read.
    #[inline(always)]
    fn text(&mut self, target: u32, span: Span, escaped: bool) -> PyResult<()> {
        if target == NONE {
            return Ok(());
        }
        if escaped {
            return self.escaped(target, span);
        }
        self.row.put(target, View::within(self.source.text, span.0, span.1));
        Ok(())
    }

    #[cold]
    fn escaped(&mut self, target: u32, span: Span) -> PyResult<()> {
        let decoded = match escapes::decode(&self.source.text[span.0..span.1]) {
            Some(decoded) => decoded,
            None => self.source.ask(span, false)?,
        };
        self.decoded(target, &decoded)
    }

    /// Puts a text that no message has; none where nothing is left.
    fn decoded(&mut self, target: u32, text: &[u8]) -> PyResult<()> {
        if !text.is_empty() {
            let view = self.kept.view(text)?;
            self.row.put(target, view);
        }
        Ok(())
    }
}

/// The rows of a table: for each that of the context around it, and its number in it.
struct Rows {
    parents: Vec<u32>,
    numbers: Vec<u32>,
}

impl Rows {
    /// None, with room for so many.
    fn of(room: usize) -> Self {
        Self { parents: Vec::with_capacity(room), numbers: Vec::with_capacity(room) }
    }
}

/// The values of messages on their places.
pub struct Cells<'a> {
    slots: &'a Slots,
    ways: &'a [Way],
    /// How many rows each context has, and each table of repetitions.
    heights: Vec<u32>,
    own: Vec<Rows>,
    repeated: Vec<Rows>,
    grids: Grids<'a>,
    structures: Vec<View>,
    kept: Kept,
    rows: Vec<u32>,
}

impl<'a> Cells<'a> {
    /// No values yet.
    pub fn new(slots: &'a Slots, ways: &'a [Way], places: &'a mut Places) -> Self {
        let blank = |tables: &[u32]| tables.iter().map(|&table| Rows::of(places.room(table))).collect();
        Self {
            slots,
            ways,
            heights: vec![0; slots.owns.len()],
            own: blank(&slots.owns),
            repeated: blank(&slots.sheet_of),
            grids: Grids::of(places),
            structures: Vec::new(),
            kept: Kept::default(),
            rows: Vec::new(),
        }
    }

    /// Takes a message apart.
    pub fn take(
        &mut self,
        message: &Message,
        text: &[u8],
        lines: &[Span],
        outlines: &Outlines,
        asked: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.kept.after = text.len();
        let contexts = outlines.contexts();
        let outline = outlines.of(message.outline);
        let structure = outline.structure.as_ref().map(|name| self.kept.view(name.as_bytes())).transpose()?;
        self.structures.push(structure.unwrap_or(View::NULL));
        self.rows.clear();
        let mut last = (usize::MAX, u32::MAX, 0);
        for (place, &(context, back)) in outline.rows.iter().enumerate() {
            let above =
                if contexts[context].parent.is_some() { self.rows[place - back] } else { self.heights[context] };
            let number = if (last.0, last.1) == (context, above) { last.2 + 1 } else { 1 };
            last = (context, above, number);
            self.own[context].parents.push(above);
            self.own[context].numbers.push(number);
            self.rows.push(self.heights[context]);
            self.heights[context] += 1;
        }
        let lines = &lines[message.lines.clone()];
        let source = Source { text, sender: message.sender, asked };
        for &(store, row, line) in &outline.lines {
            self.line(store, self.rows[row], lines[line], &source)?;
        }
        Ok(())
    }

    /// A row of a target's table.
    fn row_of(&mut self, target: u32, row: u32) -> Row<'_> {
        self.grids.row(self.slots.sheets[target as usize], row)
    }

    fn line(&mut self, store: usize, row: u32, line: Span, source: &Source<'_, '_>) -> PyResult<()> {
        let slots = self.slots;
        let segment = &slots.segments[store];
        if segment.present != NONE {
            self.row_of(segment.present, row).put(segment.present, PRESENT);
        }
        for &(number, target) in &segment.headers {
            let view = self.kept.view(self.ways[source.sender].header[number - 1].as_bytes())?;
            self.row_of(target, row).put(target, view);
        }
        let mut parts = Parts::of(source.text, line);
        for field in &segment.fields {
            let mark = match field {
                None => parts.skip(Mark::ends_field),
                Some(field) => self.field(field, row, &mut parts, source)?,
            };
            if mark.ends_line() {
                break;
            }
        }
        Ok(())
    }

    /// Takes a field apart. Gives the mark behind it.
    #[inline]
    fn field(&mut self, field: &Field, row: u32, parts: &mut Parts<'_>, source: &Source<'_, '_>) -> PyResult<Mark> {
        for number in 0.. {
            let first = parts.part();
            if first.mark.ends_field() && first.span.0 == first.span.1 {
                return Ok(first.mark);
            }
            let is_whole = first.mark.ends_repetition();
            let is_blank = is_whole && first.span.0 == first.span.1;
            let is_null = is_whole && source.is_null(first.span);
            let is_row = !is_blank && !is_null;
            let own = if is_blank { NONE } else { field.own.get(number).copied().unwrap_or(NONE) };
            let table = if is_row { field.table } else { NONE };
            let mut end = first.mark;
            if own != NONE {
                // what is read by both is read twice
                let mut ahead = (table != NONE).then_some(*parts);
                end = self.repetition(own, row, first, ahead.as_mut().unwrap_or(parts), is_row, source)?;
            }
            if table != NONE {
                let rows = &mut self.repeated[table as usize];
                let inner = rows.parents.len() as u32;
                rows.parents.push(row);
                rows.numbers.push(number as u32 + 1);
                end = self.repetition(table, inner, first, parts, true, source)?;
            }
            let end = parts.end(end);
            if end.ends_field() {
                return Ok(end);
            }
            if number + 1 == field.bound {
                break;
            }
        }
        Ok(parts.skip(Mark::ends_field))
    }

    /// Reads a repetition, whose first part was taken already. Gives the mark behind it.
    fn repetition(
        &mut self,
        slot: u32,
        row: u32,
        first: Part,
        parts: &mut Parts<'_>,
        is_row: bool,
        source: &Source<'_, '_>,
    ) -> PyResult<Mark> {
        let slots = self.slots;
        let slot = &slots.slots[slot as usize];
        let Some(table) = slot.table else { return Ok(parts.end(first.mark)) };
        let mut values = Values { row: self.grids.row(table, row), kept: &mut self.kept, source };
        let reads_whole = slot.whole != NONE && is_row;
        let mut part = first;
        let mut escaped = part.escaped;
        let mut at = At::FIRST;
        'parts: for reads in &slot.parts {
            while at < reads.at {
                if part.mark.ends_repetition() {
                    break 'parts;
                }
                at = if part.mark.ends_component() { at.component() } else { at.subcomponent() };
                part = parts.part();
                escaped |= part.escaped;
            }
            let (start, end) = part.span;
            if at == reads.at && start < end {
                if !source.is_null(part.span) {
                    values.text(reads.text, part.span, part.escaped)?;
                } else if reads.deleted != NONE {
                    values.row.put(reads.deleted, PRESENT);
                }
            }
        }
        if reads_whole {
            while !part.mark.ends_repetition() {
                part = parts.part();
                escaped |= part.escaped;
            }
            let whole = (first.span.0, part.span.1);
            if self.ways[source.sender].usual {
                values.text(slot.whole, whole, escaped)?;
            } else {
                values.decoded(slot.whole, &source.ask(whole, true)?)?;
            }
        }
        Ok(parts.end(part.mark))
    }

    /// The tables that have rows, with their columns.
    pub fn sheets(mut self, mut text: Vec<u8>) -> PyResult<Sheets> {
        let slots = self.slots;
        let mut sheets: Vec<Option<Sheet>> = slots.names.sheets.iter().map(|_| None).collect();
        let own = self.own.into_iter().zip(&slots.owns);
        for (rows, &sheet) in own.chain(self.repeated.into_iter().zip(&slots.sheet_of)) {
            if sheet == NONE || rows.parents.is_empty() {
                continue;
            }
            let (views, width) = self.grids.take(sheet as usize, rows.parents.len());
            let mut made =
                Sheet { parents: rows.parents, lone: Vec::new(), views: Arc::new(views), width, columns: Vec::new() };
            if let Some(name) = slots.number_names[sheet as usize] {
                made.lone.push((name, Arc::new(numerals(&rows.numbers)?)));
            }
            sheets[sheet as usize] = Some(made);
        }
        if let (Some(sheet), Some(name)) = (slots.names.root, slots.structure_name)
            && let Some(made) = &mut sheets[sheet]
        {
            made.lone.push((name, Arc::new(self.structures)));
        }
        for (target, table, place) in self.grids.columns() {
            if let Some(made) = &mut sheets[table] {
                made.columns.push((Arc::clone(&slots.target_names[target]), place));
            }
        }
        text.extend_from_slice(&self.kept.bytes);
        Ok(Sheets::of(Arc::clone(&slots.names), sheets, text))
    }
}
