//! The tables of a batch of messages.

use std::ffi::CString;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::arrow::{Column, Texts, View, give};

/// The name of a sheet, which is that of a context, and those of its columns.
pub struct SheetNames {
    pub name: String,
    pub columns: Vec<String>,
}

/// The names of all sheets of a projection.
pub struct Named {
    pub sheets: Vec<SheetNames>,
    /// The sheet of the messages themselves.
    pub root: Option<usize>,
}

/// A table: for each row that of the context around it, and views into the text of all sheets.
pub struct Sheet {
    pub parents: Vec<u32>,
    /// Columns that stand by themselves, with the places of their names among those of the sheet.
    pub lone: Vec<(usize, Arc<Vec<View>>)>,
    /// The views of all other columns, one row after the other, and how many a row has.
    pub views: Arc<Vec<View>>,
    pub width: usize,
    /// Those columns: the places of their names, and their place in a row.
    pub columns: Vec<(Arc<[usize]>, usize)>,
}

impl Sheet {
    /// The columns, each with the places of its names.
    pub fn texts(&self, text: &Arc<Vec<u8>>) -> impl Iterator<Item = (Arc<[usize]>, Texts)> {
        let lone = self.lone.iter().map(|(name, views)| ([*name].into(), Texts::of_grid(views, 1, text)(0)));
        let column = Texts::of_grid(&self.views, self.width.max(1), text);
        lone.chain(self.columns.iter().map(move |(names, place)| (Arc::clone(names), column(*place))))
    }
}

/// The tables of a batch that have rows, by number.
#[pyclass(frozen)]
pub struct Sheets {
    pub names: Arc<Named>,
    sheets: Vec<Option<Sheet>>,
    text: Arc<Vec<u8>>,
}

impl Sheets {
    pub fn of(names: Arc<Named>, sheets: Vec<Option<Sheet>>, text: Vec<u8>) -> Self {
        Self { names, sheets, text: Arc::new(text) }
    }

    /// The text of all of them.
    pub fn text(&self) -> &Arc<Vec<u8>> {
        &self.text
    }

    /// Those that have rows, each with its number.
    pub fn all(&self) -> impl Iterator<Item = (usize, &Sheet)> {
        self.sheets.iter().enumerate().filter_map(|(number, sheet)| sheet.as_ref().map(|sheet| (number, sheet)))
    }
}

#[pymethods]
impl Sheets {
    /// One of them, for another library.
    fn sheet(&self, number: usize) -> Option<Given> {
        let sheet = self.sheets.get(number)?.as_ref()?;
        let names = &self.names.sheets[number].columns;
        let named = |places: &Arc<[usize]>| places.iter().map(|&name| names[name].clone()).collect();
        let (places, columns): (Vec<_>, _) = sheet.texts(&self.text).unzip();
        Some(Given {
            names: places.iter().map(named).collect(),
            parents: sheet.parents.clone(),
            columns,
            text: Arc::clone(&self.text),
        })
    }
}

/// A table as an Arrow array: `parent`, u32, and columns of text; for each of these the names that it has.
#[pyclass]
pub struct Given {
    #[pyo3(get)]
    names: Vec<Vec<String>>,
    parents: Vec<u32>,
    columns: Vec<Texts>,
    text: Arc<Vec<u8>>,
}

#[pymethods]
impl Given {
    /// How many rows there are.
    fn __len__(&self) -> usize {
        self.parents.len()
    }

    /// Arrow's way to take it over.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__(
        &self,
        py: Python<'_>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        drop(requested_schema); // it is a wish
        let mut columns = vec![Column::numbers(c"parent", self.parents.clone())];
        for (number, texts) in self.columns.iter().enumerate() {
            columns.push(Column::views(&CString::new(number.to_string())?, texts.views(), &self.text));
        }
        give(py, self.parents.len(), columns)
    }
}

/// Numbers below this one are most of all.
const USUAL: u32 = 16;

/// The views of numbers as text.
pub fn numerals(numbers: &[u32]) -> PyResult<Vec<View>> {
    let usual = (0..USUAL).map(numeral).collect::<PyResult<Vec<_>>>()?;
    let view = |&number: &u32| usual.get(number as usize).map_or_else(|| numeral(number), |&view| Ok(view));
    numbers.iter().map(view).collect()
}

fn numeral(number: u32) -> PyResult<View> {
    let (mut digits, mut at, mut rest) = ([0; 10], 10, number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            return View::of(&digits[at..], 0);
        }
    }
}
