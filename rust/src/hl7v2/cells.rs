//! Text to the values of tables.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::arrow::View;
use crate::hl7v2::escapes;
use crate::hl7v2::grid::{Grids, Places};
use crate::hl7v2::messages::Message;
use crate::hl7v2::outlines::Outlines;
use crate::hl7v2::parts::{Mark, Part, Parts, Span};
use crate::hl7v2::sheets::{Sheet, Sheets, numerals};
use crate::hl7v2::slots::{At, Field, NONE, Slots};

/// A value that is to be deleted, and what its column says then.
const NULL: &[u8] = b"\"\"";
const PRESENT: &[u8] = b"true";

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
    /// What Python makes of a text with other escape sequences than plain ones, or other separators.
    fn ask(&self, (start, end): Span, as_sent: bool) -> PyResult<Vec<u8>> {
        let text = std::str::from_utf8(&self.text[start..end]).expect("parts of text are text");
        Ok(self.asked.call_method1("decoded", (text, self.sender, as_sent))?.extract::<String>()?.into_bytes())
    }
}

/// The rows of a table: for each that of the context around it, and its number in it.
#[derive(Default)]
struct Rows {
    parents: Vec<u32>,
    numbers: Vec<u32>,
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
    /// The text that is decoded, put behind the messages' at the end.
    decoded: Vec<u8>,
    after: usize,
    rows: Vec<u32>,
}

impl<'a> Cells<'a> {
    /// No values yet.
    pub fn new(slots: &'a Slots, ways: &'a [Way], contexts: usize, places: &'a mut Places) -> Self {
        let blank = |count: usize| (0..count).map(|_| Rows::default()).collect();
        Self {
            slots,
            ways,
            heights: vec![0; contexts],
            own: blank(contexts),
            repeated: blank(slots.sheet_of.len()),
            grids: Grids::of(places),
            structures: Vec::new(),
            decoded: Vec::new(),
            after: 0,
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
        self.after = text.len();
        let contexts = outlines.contexts();
        let outline = outlines.of(message.outline);
        let structure = outline.structure.as_ref().map(|name| self.keep(name.as_bytes())).transpose()?;
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

    #[inline(always)]
    fn put(&mut self, target: u32, row: u32, view: View) {
        self.grids.put(target as usize, row, view);
    }

    fn line(&mut self, store: usize, row: u32, line: Span, source: &Source<'_, '_>) -> PyResult<()> {
        let slots = self.slots;
        let segment = &slots.segments[store];
        if segment.present != NONE {
            self.put(segment.present, row, View::of(PRESENT, 0)?);
        }
        for &(number, target) in &segment.headers {
            let view = self.keep(self.ways[source.sender].header[number - 1].as_bytes())?;
            self.put(target, row, view);
        }
        let mut parts = Parts::of(source.text, line);
        for &field in &segment.fields {
            let mark = match field {
                NONE => parts.skip(Mark::ends_field),
                _ => self.field(&slots.fields[field as usize], row, &mut parts, source)?,
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
            let is_whole = first.mark.ends_repetition();
            let is_blank = is_whole && first.span.0 == first.span.1;
            let is_null = is_whole && &source.text[first.span.0..first.span.1] == NULL;
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
            if !end.ends_repetition() {
                end = parts.skip(Mark::ends_repetition);
            }
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
        let reads_whole = slot.whole != NONE && is_row;
        let mut part = first;
        let mut escaped = part.escaped;
        let mut at = At::FIRST;
        'parts: for reads in &slots.parts[slot.parts.clone()] {
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
                if &source.text[start..end] != NULL {
                    self.value(reads.text, row, part.span, part.escaped, source)?;
                } else if reads.deleted != NONE {
                    self.put(reads.deleted, row, View::of(PRESENT, 0)?);
                }
            }
        }
        while reads_whole && !part.mark.ends_repetition() {
            part = parts.part();
            escaped |= part.escaped;
        }
        if reads_whole {
            let whole = (first.span.0, part.span.1);
            if self.ways[source.sender].usual {
                self.value(slot.whole, row, whole, escaped, source)?;
            } else {
                self.decoded(slot.whole, row, &source.ask(whole, true)?)?;
            }
        }
        Ok(if part.mark.ends_repetition() { part.mark } else { parts.skip(Mark::ends_repetition) })
    }

    /// Puts a text without its escape sequences where it is read.
    #[inline(always)]
    fn value(&mut self, target: u32, row: u32, span: Span, escaped: bool, source: &Source<'_, '_>) -> PyResult<()> {
        if target == NONE {
            return Ok(());
        }
        if escaped {
            return self.escaped(target, row, span, source);
        }
        self.put(target, row, View::within(source.text, span.0, span.1));
        Ok(())
    }

    #[cold]
    fn escaped(&mut self, target: u32, row: u32, span: Span, source: &Source<'_, '_>) -> PyResult<()> {
        let decoded = match escapes::decode(&source.text[span.0..span.1]) {
            Some(decoded) => decoded,
            None => source.ask(span, false)?,
        };
        self.decoded(target, row, &decoded)
    }

    /// Puts a text that no message has; none where nothing is left.
    fn decoded(&mut self, target: u32, row: u32, text: &[u8]) -> PyResult<()> {
        if !text.is_empty() {
            let view = self.keep(text)?;
            self.put(target, row, view);
        }
        Ok(())
    }

    /// A view of a text that no message has.
    fn keep(&mut self, bytes: &[u8]) -> PyResult<View> {
        let view = View::of(bytes, self.after + self.decoded.len())?;
        if bytes.len() > 12 {
            self.decoded.extend_from_slice(bytes);
        }
        Ok(view)
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
        text.extend_from_slice(&self.decoded);
        Ok(Sheets::of(Arc::clone(&slots.names), sheets, text))
    }
}
