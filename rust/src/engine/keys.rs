//! The ids that several rules built.

use pyo3::prelude::*;

use crate::arrow::{Column, give};
use crate::engine::made::{Made, Texts};

/// Ids, each with the numbers of its rule and its record, as an Arrow array: rule and record u32, id utf8.
#[pyclass]
pub struct Keys {
    rules: Vec<u32>,
    records: Vec<u32>,
    ids: Texts,
}

#[pymethods]
impl Keys {
    /// Those of what some rules built, one rule after another.
    #[new]
    fn new(made: Vec<PyRef<'_, Made>>) -> Self {
        let mut keys = Self { rules: Vec::new(), records: Vec::new(), ids: Texts::default() };
        for one in &made {
            for row in 0..one.len() {
                keys.rules.push(one.rule as u32);
                keys.records.push(one.record(row));
                keys.ids.bytes.extend_from_slice(one.id(row));
                keys.ids.end();
            }
        }
        keys
    }

    /// How many there are.
    fn __len__(&self) -> usize {
        self.records.len()
    }

    /// Arrow's way to take them over: once, they are not copied.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__(
        &mut self,
        py: Python<'_>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        drop(requested_schema); // it is a wish
        let records = std::mem::take(&mut self.records);
        let (length, ids) = (records.len(), std::mem::take(&mut self.ids).column(c"id"));
        give(
            py,
            length,
            vec![Column::numbers(c"rule", std::mem::take(&mut self.rules)), Column::numbers(c"record", records), ids],
        )
    }
}
