//! What is read of fields, by number: the look-ups of `slots.py`.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::hl7v2::sheets::{Named, SheetNames};

/// No number: what it stands for is not read.
pub const NONE: u32 = u32::MAX;

/// Numbers that are read, as ranks.
pub struct Ranks {
    known: Vec<u32>,
}

impl Ranks {
    fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { known: object.getattr("known")?.extract()? })
    }

    /// The rank of a number; the last one of those that are not read.
    #[inline]
    pub fn rank(&self, number: usize) -> usize {
        // most are 1, 2, 3, …: there the rank is the number less one
        match self.known.get(number - 1) {
            Some(&known) if known as usize == number => number - 1,
            _ => self.known.iter().position(|&known| known as usize == number).unwrap_or(self.known.len()),
        }
    }

    /// The highest that is read.
    pub fn last(&self) -> usize {
        self.known.last().map_or(0, |&last| last as usize)
    }

    /// How many there are, with the one for all others.
    pub fn size(&self) -> usize {
        self.known.len() + 1
    }
}

/// The numbers of a projection. See `slots.Slots`.
pub struct Slots {
    pub fields: Vec<u32>,
    pub stride: usize,
    /// By field, how many repetitions are read; 0 where all are.
    pub bounds: Vec<usize>,
    pub repetitions: Ranks,
    pub slots: Vec<u32>,
    pub tables: Vec<u32>,
    pub components: Ranks,
    pub subcomponents: Ranks,
    pub parts: Vec<u32>,
    pub kinds: usize,
    pub targets: Vec<u32>,
    pub wholes: Vec<u32>,
    pub segments: Vec<u32>,
    /// Store, 1 or 2 of MSH-1 and MSH-2, target.
    pub headers: Vec<(usize, usize, u32)>,
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
        let numbers = |name: &str| -> PyResult<Vec<u32>> { object.getattr(name)?.call_method0("to_list")?.extract() };
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
        let wholes = numbers("wholes")?;
        Ok(Self {
            fields: numbers("fields")?,
            stride: object.getattr("stride")?.extract()?,
            bounds: object.getattr("bounds")?.extract()?,
            repetitions: Ranks::of(&object.getattr("repetitions")?)?,
            slots: numbers("slots")?,
            tables: numbers("tables")?,
            components: Ranks::of(&object.getattr("components")?)?,
            subcomponents: Ranks::of(&object.getattr("subcomponents")?)?,
            parts: numbers("parts")?,
            kinds: object.getattr("kinds")?.extract()?,
            targets: numbers("targets")?,
            segments: numbers("segments")?,
            headers: object.getattr("headers")?.extract()?,
            sheets,
            target_names,
            number_names: names.sheets.iter().map(|sheet| place(sheet, &number)).collect(),
            structure_name: root.and_then(|sheet| place(&names.sheets[sheet], &structure)),
            names: Arc::new(names),
            sheet_of: pairs("sheet_of", wholes.len())?,
            owns,
            wholes,
        })
    }
}

fn sheet_names(object: &Bound<'_, PyAny>) -> PyResult<Vec<SheetNames>> {
    let named = |sheet: Bound<'_, PyAny>| -> PyResult<SheetNames> {
        Ok(SheetNames { name: sheet.getattr("name")?.extract()?, columns: sheet.getattr("columns")?.extract()? })
    };
    object.getattr("sheets")?.try_iter()?.map(|sheet| named(sheet?)).collect()
}
