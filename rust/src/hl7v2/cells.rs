//! Text to the values of tables.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::arrow::View;
use crate::hl7v2::escapes;
use crate::hl7v2::grid::{Grids, Places};
use crate::hl7v2::messages::Message;
use crate::hl7v2::outlines::Outlines;
use crate::hl7v2::parts::{COMPONENT, ESCAPED, Parts, REPETITION, SUBCOMPONENT, Span, lines, marks_of};
use crate::hl7v2::sheets::{Sheet, Sheets, numerals};
use crate::hl7v2::slots::{NONE, Slots};

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
    spans: Vec<Span>,
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
            spans: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Takes a message apart.
    pub fn take(
        &mut self,
        message: &Message,
        text: &[u8],
        outlines: &Outlines,
        parents: &[Option<usize>],
        asked: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        self.after = text.len();
        let outline = outlines.of(message.template);
        let structure = outline.structure.as_ref().map(|name| self.keep(name.as_bytes())).transpose()?;
        self.structures.push(structure.unwrap_or(View::NULL));
        self.rows.clear();
        let mut last = (usize::MAX, u32::MAX, 0);
        for (place, &(context, back)) in outline.rows.iter().enumerate() {
            let above = if parents[context].is_some() { self.rows[place - back] } else { self.heights[context] };
            let number = if (last.0, last.1) == (context, above) { last.2 + 1 } else { 1 };
            last = (context, above, number);
            self.own[context].parents.push(above);
            self.own[context].numbers.push(number);
            self.rows.push(self.heights[context]);
            self.heights[context] += 1;
        }
        self.spans.clear();
        let bytes = &text[message.start..message.end];
        self.spans.extend(lines(bytes).map(|(from, to)| (message.start + from, message.start + to)));
        let source = Source { text, sender: message.sender, asked };
        for &(store, row, line) in &outline.lines {
            self.line(store, self.rows[row], self.spans[line], &source)?;
        }
        Ok(())
    }

    fn put(&mut self, target: u32, row: u32, view: View) {
        self.grids.put(self.slots.sheets[target as usize], target as usize, row, view);
    }

    fn line(&mut self, store: usize, row: u32, (start, end): Span, source: &Source<'_, '_>) -> PyResult<()> {
        let slots = self.slots;
        if slots.segments.get(store).is_some_and(|&target| target != NONE) {
            self.put(slots.segments[store], row, View::of(PRESENT, 0)?);
        }
        for &(of, number, target) in &slots.headers {
            if of == store {
                let view = self.keep(self.ways[source.sender].header[number - 1].as_bytes())?;
                self.put(target, row, view);
            }
        }
        let fields = &slots.fields[store * slots.stride..(store + 1) * slots.stride];
        let mut from = start;
        let mut ends = memchr::memchr_iter(b'|', &source.text[start..end]).map(|at| start + at).chain([end]);
        for &field in fields {
            let Some(to) = ends.next() else { break };
            if from < to && field != NONE {
                self.field(field as usize, row, (from, to), source)?;
            }
            from = to + 1;
        }
        Ok(())
    }

    fn field(&mut self, field: usize, row: u32, span: Span, source: &Source<'_, '_>) -> PyResult<()> {
        let slots = self.slots;
        let marks = marks_of(&source.text[span.0..span.1]);
        let table = slots.tables[field];
        for (number, repetition) in Parts::of(source.text, span, b'~', marks & REPETITION != 0).enumerate() {
            let whole = &source.text[repetition.0..repetition.1];
            let is_row = !whole.is_empty() && whole != NULL;
            let own = slots.slots[field * slots.repetitions.size() + slots.repetitions.rank(number + 1)];
            if own != NONE && !whole.is_empty() {
                self.repetition(own as usize, row, repetition, marks, is_row, source)?;
            }
            if table != NONE && is_row {
                let rows = &mut self.repeated[table as usize];
                let inner = rows.parents.len() as u32;
                rows.parents.push(row);
                rows.numbers.push(number as u32 + 1);
                self.repetition(table as usize, inner, repetition, marks, true, source)?;
            }
            if number + 1 == slots.bounds[field] {
                break;
            }
        }
        Ok(())
    }

    fn repetition(
        &mut self,
        slot: usize,
        row: u32,
        span: Span,
        marks: u8,
        is_row: bool,
        source: &Source<'_, '_>,
    ) -> PyResult<()> {
        let slots = self.slots;
        let whole = slots.wholes[slot];
        if whole != NONE && is_row {
            let view = if self.ways[source.sender].usual {
                self.value(span, marks, source)?
            } else {
                let decoded = source.ask(span, true)?;
                if decoded.is_empty() { None } else { Some(self.keep(&decoded)?) }
            };
            if let Some(view) = view {
                self.put(whole, row, view);
            }
        }
        let targets = &slots.targets[slot * 2 * slots.kinds..(slot + 1) * 2 * slots.kinds];
        let components = Parts::of(source.text, span, b'^', marks & COMPONENT != 0).take(slots.components.last());
        for (component, span) in components.enumerate() {
            if span.0 == span.1 {
                continue;
            }
            let first = slots.components.rank(component + 1) * slots.subcomponents.size();
            let parts = Parts::of(source.text, span, b'&', marks & SUBCOMPONENT != 0).take(slots.subcomponents.last());
            for (subcomponent, span) in parts.enumerate() {
                let kind = slots.parts[first + slots.subcomponents.rank(subcomponent + 1)];
                if span.0 == span.1 || kind == NONE {
                    continue;
                }
                let is_null = &source.text[span.0..span.1] == NULL;
                let target = targets[if is_null { slots.kinds } else { 0 } + kind as usize];
                if target == NONE {
                    continue;
                }
                let view = if is_null { Some(View::of(PRESENT, 0)?) } else { self.value(span, marks, source)? };
                if let Some(view) = view {
                    self.put(target, row, view);
                }
            }
        }
        Ok(())
    }

    /// A text without escape sequences; none where nothing is left.
    fn value(&mut self, span: Span, marks: u8, source: &Source<'_, '_>) -> PyResult<Option<View>> {
        let bytes = &source.text[span.0..span.1];
        if marks & ESCAPED == 0 {
            return Ok(Some(View::of(bytes, span.0)?));
        }
        let decoded = match escapes::decode(bytes) {
            Some(decoded) => decoded,
            None => source.ask(span, false)?,
        };
        Ok(if decoded.is_empty() { None } else { Some(self.keep(&decoded)?) })
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
        for (target, place) in self.grids.columns() {
            if let Some(made) = &mut sheets[slots.sheets[target]] {
                made.columns.push((Arc::clone(&slots.target_names[target]), place));
            }
        }
        text.extend_from_slice(&self.decoded);
        Ok(Sheets::of(Arc::clone(&slots.names), sheets, text))
    }
}
