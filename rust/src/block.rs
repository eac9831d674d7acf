//! Bytes that Python reads where they are.

use std::ffi::{c_int, c_void};
use std::ops::Range;
use std::sync::Arc;

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyMemoryView;

/// A stretch of bytes that nobody changes, by Python's buffer protocol: a file takes it as it does `bytes`.
#[pyclass(frozen)]
pub struct Block {
    bytes: Arc<Vec<u8>>,
    stretch: Range<usize>,
}

impl Block {
    /// A view of a stretch of bytes, which it keeps.
    pub fn view<'py>(
        py: Python<'py>,
        bytes: Arc<Vec<u8>>,
        stretch: Range<usize>,
    ) -> PyResult<Bound<'py, PyMemoryView>> {
        PyMemoryView::from(Bound::new(py, Self { bytes, stretch })?.as_any())
    }
}

#[pymethods]
impl Block {
    /// Python's way to read it.
    ///
    /// # Safety
    /// Python calls it, with a buffer that it is to fill in.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, buffer: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let bytes = &slf.get().bytes[slf.get().stretch.clone()];
        let start = bytes.as_ptr().cast_mut().cast::<c_void>();
        // SAFETY: the bytes stay where they are as long as the object is there, which the buffer keeps; and it says that
        // they are not to be written.
        let done = unsafe { ffi::PyBuffer_FillInfo(buffer, slf.as_ptr(), start, bytes.len() as isize, 1, flags) };
        if done == 0 {
            Ok(())
        } else {
            Err(PyErr::take(slf.py()).unwrap_or_else(|| PyBufferError::new_err("no buffer")))
        }
    }
}
