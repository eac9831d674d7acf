//! What is read of segments, by number: the look-ups of `slots.py`, each as a list of what there is to do.

use std::ops::Range;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::hl7v2::sheets::{Named, SheetNames};

/// No number: what it stands for is not read.
pub const NONE: u32 = u32::MAX;

/// A component and a subcomponent, in the order of the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(u64);

impl At {
    /// Where each repetition begins.
    pub const FIRST: Self = Self::of(1, 1);

    const fn of(component: u32, subcomponent: u32) -> Self {
        Self((component as u64) << 32 | subcomponent as u64)
    }

    /// Where the next subcomponent stands.
    pub fn subcomponent(self) -> Self {
        Self(self.0 + 1)
    }

    /// Where the next component begins.
    pub fn component(self) -> Self {
        Self::of((self.0 >> 32) as u32 + 1, 1)
    }
}

/// What is read of a subcomponent: the target of its text, and that of its being deleted, or `NONE`.
pub struct Reads {
    pub at: At,
    pub text: u32,
    pub deleted: u32,
}

/// What a table reads of a repetition: the target of all of it, or `NONE`; and its parts, in their order.
pub struct Slot {
    pub whole: u32,
    pub parts: Range<usize>,
}

/// What is read of a field: the slots of its repetitions, or `NONE`; the one of all of them, or `NONE`.
pub struct Field {
    pub own: Vec<u32>,
    pub table: u32,
    /// How many repetitions are read; 0 where all are.
    pub bound: usize,
}

/// What is read of a segment.
pub struct Segment {
    /// The target of its being there, or `NONE`.
    pub present: u32,
    /// 1 or 2 of MSH-1 and MSH-2, target.
    pub headers: Vec<(usize, u32)>,
    /// By place the number of a field, or `NONE`; up to the last that is read.
    pub fields: Vec<u32>,
}

/// What a projection reads. See `slots.Slots`.
pub struct Slots {
    /// By store.
    pub segments: Vec<Segment>,
    pub fields: Vec<Field>,
    pub slots: Vec<Slot>,
    pub parts: Vec<Reads>,
    /// For each target its table.
    pub sheets: Vec<usize>,
    /// For each slot the table of its repetitions, or `NONE`.
    pub sheet_of: Vec<u32>,
    /// For each context its own table, or `NONE`.
    pub owns: Vec<u32>,
    /// The names of tables and columns.
    pub names: Arc<Named>,
    /// For each target the places of its names among those of its table.
    pub target_names: Vec<Arc<[usize]>>,
    /// For each table the place of the name that has the numbers of rows, as text, where there is one.
    pub number_names: Vec<Option<usize>>,
    /// The place of the name that has the structure of messages, where there is one.
    pub structure_name: Option<usize>,
}

impl Slots {
    /// Reads the look-ups.
    pub fn of(object: &Bound<'_, PyAny>, contexts: usize) -> PyResult<Self> {
        let text = |name: &str| -> PyResult<String> { object.getattr(name)?.extract() };
        let pairs = |name: &str, size: usize| -> PyResult<Vec<u32>> {
            let mut made = vec![NONE; size];
            for pair in object.getattr(name)?.call_method0("items")?.try_iter()? {
                let (key, value): (usize, u32) = pair?.extract()?;
                made[key] = value;
            }
            Ok(made)
        };
        let owns = pairs("owns", contexts)?;
        let root = owns.first().copied().filter(|&sheet| sheet != NONE).map(|sheet| sheet as usize);
        let names = Named { sheets: sheet_names(object)?, root };
        let [number, structure]: [String; 2] = [text("number")?, text("structure")?];
        let place = |sheet: &SheetNames, name: &String| sheet.columns.iter().position(|known| known == name);
        let mut sheets = Vec::new();
        let mut target_names = Vec::new();
        for target in object.getattr("columns")?.try_iter()? {
            let target = target?;
            let sheet: usize = target.getattr("sheet")?.extract()?;
            let columns: Vec<String> = target.getattr("columns")?.extract()?;
            target_names.push(columns.iter().filter_map(|name| place(&names.sheets[sheet], name)).collect());
            sheets.push(sheet);
        }
        let (slots, parts) = read_slots(object)?;
        Ok(Self {
            segments: read_segments(object)?,
            fields: read_fields(object)?,
            sheet_of: pairs("sheet_of", slots.len())?,
            slots,
            parts,
            sheets,
            target_names,
            number_names: names.sheets.iter().map(|sheet| place(sheet, &number)).collect(),
            structure_name: root.and_then(|sheet| place(&names.sheets[sheet], &structure)),
            names: Arc::new(names),
            owns,
        })
    }
}

fn numbers(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<u32>> {
    object.getattr(name)?.call_method0("to_list")?.extract()
}

/// The numbers that ranks stand for.
fn ranked(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<u32>> {
    object.getattr(name)?.getattr("known")?.extract()
}

fn read_segments(object: &Bound<'_, PyAny>) -> PyResult<Vec<Segment>> {
    let stride: usize = object.getattr("stride")?.extract()?;
    let headers: Vec<(usize, usize, u32)> = object.getattr("headers")?.extract()?;
    let fields = numbers(object, "fields")?;
    let segment = |(store, present)| {
        let fields = &fields[store * stride..(store + 1) * stride];
        let read = fields.iter().rposition(|&field| field != NONE).map_or(0, |last| last + 1);
        let headers = headers.iter().filter(|header| header.0 == store);
        Segment {
            present,
            headers: headers.map(|&(_, number, target)| (number, target)).collect(),
            fields: fields[..read].to_vec(),
        }
    };
    Ok(numbers(object, "segments")?.into_iter().enumerate().map(segment).collect())
}

fn read_fields(object: &Bound<'_, PyAny>) -> PyResult<Vec<Field>> {
    let bounds: Vec<usize> = object.getattr("bounds")?.extract()?;
    let tables = numbers(object, "tables")?;
    let slots = numbers(object, "slots")?;
    let repetitions = ranked(object, "repetitions")?;
    let field = |(field, (bound, table))| {
        let mut own = Vec::new();
        let slots = &slots[field * (repetitions.len() + 1)..];
        for (&repetition, &slot) in repetitions.iter().zip(slots).filter(|(_, slot)| **slot != NONE) {
            own.resize(repetition as usize, NONE);
            own[repetition as usize - 1] = slot;
        }
        Field { own, table, bound }
    };
    Ok(bounds.into_iter().zip(tables).enumerate().map(field).collect())
}

fn read_slots(object: &Bound<'_, PyAny>) -> PyResult<(Vec<Slot>, Vec<Reads>)> {
    let kinds: usize = object.getattr("kinds")?.extract()?;
    let known = numbers(object, "parts")?;
    let (components, subcomponents) = (ranked(object, "components")?, ranked(object, "subcomponents")?);
    let mut places = vec![At::FIRST; kinds];
    for (component, kinds) in components.iter().zip(known.chunks_exact(subcomponents.len() + 1)) {
        for (subcomponent, &kind) in subcomponents.iter().zip(kinds).filter(|(_, kind)| **kind != NONE) {
            places[kind as usize] = At::of(*component, *subcomponent);
        }
    }
    let targets = numbers(object, "targets")?;
    let (mut slots, mut parts) = (Vec::new(), Vec::new());
    for (slot, whole) in numbers(object, "wholes")?.into_iter().enumerate() {
        let first = parts.len();
        let (texts, deleted) = targets[slot * 2 * kinds..(slot + 1) * 2 * kinds].split_at(kinds);
        let reads = places.iter().zip(texts.iter().zip(deleted));
        let reads = reads.map(|(&at, (&text, &deleted))| Reads { at, text, deleted });
        parts.extend(reads.filter(|reads| (reads.text, reads.deleted) != (NONE, NONE)));
        parts[first..].sort_by_key(|reads| reads.at);
        slots.push(Slot { whole, parts: first..parts.len() });
    }
    Ok((slots, parts))
}

fn sheet_names(object: &Bound<'_, PyAny>) -> PyResult<Vec<SheetNames>> {
    let named = |sheet: Bound<'_, PyAny>| -> PyResult<SheetNames> {
        Ok(SheetNames { name: sheet.getattr("name")?.extract()?, columns: sheet.getattr("columns")?.extract()? })
    };
    object.getattr("sheets")?.try_iter()?.map(|sheet| named(sheet?)).collect()
}
