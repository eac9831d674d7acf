//! What breaks here is an error of Python's, without a word of the data: never a panic that goes on, nor one that prints.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// Nothing is printed of a panic: its words may hold values.
pub fn keep_silent() {
    set_hook(Box::new(|_| {}));
}

/// Does what may break. What it leaves half done, the next batch begins anew.
pub fn calmly<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(PyRuntimeError::new_err("the part in Rust broke")))
}
