//! The tables of a batch of messages.

use std::ffi::CString;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::arrow::{Column, View, give};

/// A table that is being filled: for each row that of the context around it, its number in it; columns by target.
#[derive(Default)]
pub struct Rows {
    pub parents: Vec<u32>,
    pub numbers: Vec<u32>,
}

/// A table: as an Arrow array of `parent` and `number`, u32, and a column of text for each of `targets`, by its number.
#[pyclass]
pub struct Sheet {
    /// Its number.
    #[pyo3(get)]
    number: usize,
    /// The numbers of what its columns have.
    #[pyo3(get)]
    targets: Vec<usize>,
    rows: Rows,
    columns: Vec<Vec<View>>,
    text: Arc<Vec<u8>>,
}

impl Sheet {
    /// A table of rows, without columns yet.
    pub fn of(number: usize, rows: Rows, text: &Arc<Vec<u8>>) -> Self {
        Self { number, targets: Vec::new(), rows, columns: Vec::new(), text: Arc::clone(text) }
    }

    /// Adds a column.
    pub fn add(&mut self, target: usize, mut views: Vec<View>) {
        views.resize(self.rows.parents.len(), View::NULL);
        self.targets.push(target);
        self.columns.push(views);
    }
}

#[pymethods]
impl Sheet {
    /// How many rows there are.
    fn __len__(&self) -> usize {
        self.rows.parents.len()
    }

    /// Arrow's way to take it over: once, it is not copied.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__(
        &mut self,
        py: Python<'_>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        drop(requested_schema); // it is a wish
        let rows = std::mem::take(&mut self.rows);
        let length = rows.parents.len();
        let mut columns = vec![Column::numbers(c"parent", rows.parents), Column::numbers(c"number", rows.numbers)];
        for (target, views) in self.targets.iter().zip(std::mem::take(&mut self.columns)) {
            let name = CString::new(target.to_string())?;
            columns.push(Column::views(&name, views, &self.text));
        }
        give(py, length, columns)
    }
}
