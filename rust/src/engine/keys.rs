//! The ids that several rules built, as numbers.

use pyo3::prelude::*;
use xxhash_rust::xxh64::xxh64;

use crate::arrow::{Column, give};
use crate::engine::made::Made;

/// Ids as XXH64, each with the numbers of its rule and its record, as an Arrow array: rule u32, record u32, hash u64.
#[pyclass]
pub struct Keys {
    rules: Vec<u32>,
    records: Vec<u32>,
    hashes: Vec<u64>,
}

#[pymethods]
impl Keys {
    /// Those of what some rules built, one rule after another.
    #[new]
    fn new(made: Vec<PyRef<'_, Made>>) -> Self {
        let height = made.iter().map(|one| one.len()).sum();
        let (mut rules, mut records) = (Vec::with_capacity(height), Vec::with_capacity(height));
        let mut hashes = Vec::with_capacity(height);
        for one in &made {
            for row in 0..one.len() {
                rules.push(one.rule as u32);
                records.push(one.record(row));
                hashes.push(xxh64(one.id(row), 0));
            }
        }
        Self { rules, records, hashes }
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
        let length = records.len();
        let columns = vec![
            Column::numbers(c"rule", std::mem::take(&mut self.rules)),
            Column::numbers(c"record", records),
            Column::long_numbers(c"hash", std::mem::take(&mut self.hashes)),
        ];
        give(py, length, columns)
    }
}
