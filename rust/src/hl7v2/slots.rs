//! What is read of segments, by number: `slots.py`, as lists of what there is to do.

use std::collections::HashMap;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
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
    /// The table; none where nothing is read.
    pub table: Option<usize>,
    pub whole: u32,
    pub parts: Box<[Reads]>,
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
    /// By place a field, where it is read; up to the last that is.
    pub fields: Vec<Option<Field>>,
}

/// What a projection reads. See `slots.Slots`.
pub struct Slots {
    /// By store.
    pub segments: Vec<Segment>,
    pub slots: Vec<Slot>,
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
    /// Takes over the numbers.
    pub fn of(object: &Bound<'_, PyAny>, contexts: usize) -> PyResult<Self> {
        let text = |name: &str| -> PyResult<String> { object.getattr(name)?.extract() };
        let by_number = |name: &str, size: usize| -> PyResult<Vec<u32>> {
            let mut found = vec![NONE; size];
            for (place, number) in object.getattr(name)?.extract::<HashMap<usize, u32>>()? {
                found[place] = number;
            }
            Ok(found)
        };
        let count = object.getattr("count")?.extract()?;
        let owns = by_number("owns", contexts)?;
        let root = owns.first().copied().filter(|&sheet| sheet != NONE).map(|sheet| sheet as usize);
        let names = Arc::new(Named { sheets: sheet_names(object)?, root });
        let [number, structure]: [String; 2] = [text("number")?, text("structure")?];
        let places = names.sheets.iter().map(|sheet| sheet.columns.iter().zip(0..).collect::<HashMap<_, usize>>());
        let places: Vec<_> = places.collect();
        let (mut sheets, mut target_names) = (Vec::new(), Vec::new());
        for (sheet, columns) in object.getattr("columns")?.extract::<Vec<(usize, Vec<String>)>>()? {
            target_names.push(columns.iter().filter_map(|name| places[sheet].get(name).copied()).collect());
            sheets.push(sheet);
        }
        Ok(Self {
            segments: read_segments(object)?,
            sheet_of: by_number("sheet_of", count)?,
            slots: read_slots(object, count, &sheets)?,
            sheets,
            target_names,
            number_names: places.iter().map(|places| places.get(&number).copied()).collect(),
            structure_name: root.and_then(|sheet| places[sheet].get(&structure).copied()),
            names: Arc::clone(&names),
            owns,
        })
    }
}

fn read_segments(object: &Bound<'_, PyAny>) -> PyResult<Vec<Segment>> {
    let widths: Vec<usize> = object.getattr("widths")?.extract()?;
    let segment = |width| Segment { present: NONE, headers: Vec::new(), fields: (0..width).map(|_| None).collect() };
    let mut segments: Vec<_> = widths.into_iter().map(segment).collect();
    for (store, target) in object.getattr("presence")?.extract::<HashMap<usize, u32>>()? {
        segments[store].present = target;
    }
    for (store, number, target) in object.getattr("headers")?.extract::<Vec<(usize, usize, u32)>>()? {
        segments[store].headers.push((number, target));
    }
    let places: Vec<(usize, usize)> = object.getattr("places")?.extract()?;
    for (field, (store, place)) in read_fields(object)?.into_iter().zip(places) {
        segments[store].fields[place] = Some(field);
    }
    Ok(segments)
}

fn read_fields(object: &Bound<'_, PyAny>) -> PyResult<Vec<Field>> {
    let bounds: Vec<usize> = object.getattr("bounds")?.extract()?;
    let field = |bound| Field { own: Vec::new(), table: NONE, bound };
    let mut fields: Vec<_> = bounds.into_iter().map(field).collect();
    for (field, repetition, slot) in object.getattr("own")?.extract::<Vec<(usize, usize, u32)>>()? {
        let own = &mut fields[field].own;
        own.resize(own.len().max(repetition), NONE);
        own[repetition - 1] = slot;
    }
    for (field, slot) in object.getattr("repeated")?.extract::<Vec<(usize, u32)>>()? {
        fields[field].table = slot;
    }
    Ok(fields)
}

fn read_slots(object: &Bound<'_, PyAny>, count: usize, sheets: &[usize]) -> PyResult<Vec<Slot>> {
    let mut wholes = vec![NONE; count];
    for (slot, target) in object.getattr("wholes")?.extract::<Vec<(usize, u32)>>()? {
        wholes[slot] = target;
    }
    let mut parts: Vec<Vec<Reads>> = (0..count).map(|_| Vec::new()).collect();
    for (slot, component, subcomponent, text, deleted) in object.getattr("parts")?.extract::<Vec<_>>()? {
        let slot: usize = slot;
        parts[slot].push(Reads { at: At::of(component, subcomponent), text, deleted });
    }
    let slots = wholes.into_iter().zip(parts).map(|(whole, mut parts)| {
        parts.sort_unstable_by_key(|reads| reads.at);
        let targets = parts.iter().flat_map(|reads| [reads.text, reads.deleted]).chain([whole]);
        let mut tables = targets.filter(|&target| target != NONE).map(|target| sheets[target as usize]);
        let table = tables.next();
        if tables.any(|other| Some(other) != table) {
            return Err(PyValueError::new_err("a slot is of two tables"));
        }
        Ok(Slot { table, whole, parts: parts.into() })
    });
    slots.collect()
}

fn sheet_names(object: &Bound<'_, PyAny>) -> PyResult<Vec<SheetNames>> {
    let named = |sheet: Bound<'_, PyAny>| -> PyResult<SheetNames> {
        Ok(SheetNames { name: sheet.getattr("name")?.extract()?, columns: sheet.getattr("columns")?.extract()? })
    };
    object.getattr("sheets")?.try_iter()?.map(|sheet| named(sheet?)).collect()
}
