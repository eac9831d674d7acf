//! A table that another library made.

use std::ffi::CStr;
use std::ptr;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::arrow::texts::Owner;
use crate::arrow::{Array, Schema, Stream, Texts, View};

/// A table of one chunk that another library made: its columns live as long as it does.
pub struct Table {
    schema: Schema,
    array: Array,
}

// SAFETY: Arrow memory is immutable once it is shared, and may be released from any thread.
unsafe impl Send for Table {}
// SAFETY: as above.
unsafe impl Sync for Table {}

fn wrong(what: &str) -> PyErr {
    PyValueError::new_err(format!("not a table of text: {what}"))
}

impl Table {
    /// Takes the table that `__arrow_c_stream__` gives; None where it has no rows.
    pub fn of(frame: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let capsule = frame.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
        let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?.as_ptr().cast::<Stream>();
        let mut table = Self { schema: Schema::empty(), array: Array::empty() };
        let mut more = Array::empty();
        // SAFETY: the capsule's name says that it holds a stream, which is the capsule's until it is dropped.
        unsafe {
            let (Some(get_schema), Some(get_next)) = ((*stream).get_schema, (*stream).get_next) else {
                return Err(wrong("the stream was used before"));
            };
            if get_schema(stream, &mut table.schema) != 0 || get_next(stream, &mut table.array) != 0 {
                return Err(wrong("the stream has an error"));
            }
            if table.array.release.is_none() || table.array.length == 0 {
                return Ok(None);
            }
            if get_next(stream, &mut more) != 0 || more.release.is_some() {
                return Err(wrong("the stream has several chunks"));
            }
        }
        if table.array.offset != 0 || table.schema.n_children != table.array.n_children {
            return Err(wrong("the columns are not whole"));
        }
        Ok(Some(table))
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.array.length as usize
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.array.n_children as usize
    }

    fn child(&self, number: usize) -> (&Schema, &Array) {
        assert!(number < self.width());
        // SAFETY: there are `n_children` of both.
        unsafe { (&**self.schema.children.add(number), &**self.array.children.add(number)) }
    }

    fn format(&self, number: usize) -> &[u8] {
        // SAFETY: a format is a C string.
        unsafe { CStr::from_ptr(self.child(number).0.format) }.to_bytes()
    }

    /// A column of u32 without nulls.
    pub fn numbers(&self, number: usize) -> PyResult<&[u32]> {
        let (_, array) = self.child(number);
        if self.format(number) != b"I"
            || array.null_count > 0
            || array.n_buffers != 2
            || array.length as usize != self.height()
        {
            return Err(wrong("a column of numbers is something else"));
        }
        // SAFETY: the second buffer of a primitive array has `offset + length` values.
        unsafe {
            let data = (*array.buffers.add(1)).cast::<u32>().add(array.offset as usize);
            Ok(if array.length == 0 { &[] } else { std::slice::from_raw_parts(data, array.length as usize) })
        }
    }

    /// A column of text.
    pub fn texts(self: &Arc<Self>, number: usize) -> PyResult<Texts> {
        let (_, array) = self.child(number);
        if self.format(number) != b"vu" || array.n_buffers < 3 || array.length as usize != self.height() {
            return Err(wrong("a column of text is something else"));
        }
        let (offset, height) = (array.offset as usize, array.length as usize);
        // SAFETY: a string view array has validity, views, data buffers, and last their lengths. The format says that it
        // is UTF-8, and what gives it checks that.
        unsafe {
            let valid: *const u8 = if array.null_count == 0 { ptr::null() } else { (*array.buffers).cast() };
            let mut views =
                std::slice::from_raw_parts((*array.buffers.add(1)).cast::<View>().add(offset), height).to_vec();
            for (row, view) in views.iter_mut().enumerate() {
                let place = offset + row;
                let is_valid = valid.is_null() || *valid.add(place >> 3) & (1 << (place & 7)) != 0;
                *view = if is_valid { view.padded() } else { View::NULL };
            }
            let buffers = (2..array.n_buffers as usize - 1).map(|at| (*array.buffers.add(at)).cast()).collect();
            Ok(Texts::of_buffers(Arc::new(views), buffers, Arc::clone(self) as Owner))
        }
    }
}
