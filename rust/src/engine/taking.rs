//! Tables that others made, as a batch takes them.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::arrow::Table;
use crate::engine::batch::Taken;
use crate::engine::reading::Reading;
use crate::hl7v2::sheets::{Named, Sheets};

/// Frames, each with its context. The first column is u32, the numbers of `Taken`; the others are text.
pub fn take_frames(reading: &Reading, frames: Vec<(String, Bound<'_, PyAny>)>) -> PyResult<Vec<Taken>> {
    let mut taken = Vec::new();
    for (name, frame) in frames {
        let (Some(&context), Some(table)) = (reading.numbers.get(&name), Table::of(&frame)?) else { continue };
        let table = Arc::new(table);
        let names: Vec<String> = frame.getattr("columns")?.extract()?;
        let mut columns = Vec::new();
        for (number, name) in names.into_iter().enumerate().skip(1) {
            if let Some(&slot) = reading.slots.get(&(context, name)) {
                columns.push((slot, table.texts(number)?));
            }
        }
        taken.push(Taken { context, numbers: table.numbers(0)?.to_vec(), columns });
    }
    Ok(taken)
}

/// What the names of sheets are in a plan.
pub struct Link {
    names: Arc<Named>,
    contexts: Vec<Option<usize>>,
    /// For each name the slot that it is on each sheet.
    slots: Vec<Vec<Option<usize>>>,
}

impl Link {
    /// Looks the names up.
    pub fn of(reading: &Reading, names: &Arc<Named>) -> Self {
        let contexts: Vec<Option<usize>> =
            names.sheets.iter().map(|sheet| reading.numbers.get(&sheet.name).copied()).collect();
        let slots = names.sheets.iter().zip(&contexts).map(|(sheet, context)| {
            let slot = |name: &String| context.and_then(|context| reading.slots.get(&(context, name.clone())).copied());
            sheet.columns.iter().map(slot).collect()
        });
        Self { names: Arc::clone(names), slots: slots.collect(), contexts }
    }

    /// Whether it is of these sheets.
    pub fn is_of(&self, sheets: &Sheets) -> bool {
        Arc::ptr_eq(&self.names, &sheets.names)
    }

    /// Sheets of messages. `numbers` are those of the records in their file.
    pub fn take(&self, sheets: &Sheets, numbers: &[u32]) -> impl Iterator<Item = Taken> {
        sheets.all().filter_map(|(sheet, rows)| {
            let context = self.contexts[sheet]?;
            let slots = &self.slots[sheet];
            let mut columns = Vec::new();
            for (names, texts) in rows.texts(sheets.text()) {
                columns.extend(names.iter().filter_map(|&name| slots[name]).map(|slot| (slot, texts.clone())));
            }
            let is_root = self.names.root == Some(sheet);
            let above = if is_root { numbers.to_vec() } else { rows.parents.to_vec() };
            Some(Taken { context, numbers: above, columns })
        })
    }
}
