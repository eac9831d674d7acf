//! A table that is given away.

use std::ffi::{CStr, CString, c_void};
use std::ptr;
use std::sync::Arc;

use pyo3::prelude::*;

use crate::arrow::{Array, Schema, View};

/// A buffer that goes out.
pub enum Buffer {
    /// Numbers of 32 bits.
    U32(Vec<u32>),
    /// Numbers of 64 bits.
    U64(Vec<u64>),
    /// Offsets of text, or lengths of buffers.
    I64(Vec<i64>),
    /// Text, or bits.
    Bytes(Vec<u8>),
    /// Views of text.
    Views(Vec<View>),
    /// Text that several columns have.
    Shared(Arc<Vec<u8>>),
}

impl Buffer {
    fn address(&self) -> *const c_void {
        match self {
            Self::U32(all) => all.as_ptr().cast(),
            Self::U64(all) => all.as_ptr().cast(),
            Self::I64(all) => all.as_ptr().cast(),
            Self::Bytes(all) => all.as_ptr().cast(),
            Self::Views(all) => all.as_ptr().cast(),
            Self::Shared(all) => all.as_ptr().cast(),
        }
    }
}

/// A column that goes out.
pub struct Column {
    /// Its name.
    pub name: CString,
    /// Its Arrow format.
    pub format: &'static CStr,
    /// Which rows have a value, and how many have none.
    pub valid: Option<(Vec<u8>, usize)>,
    /// Its other buffers.
    pub buffers: Vec<Buffer>,
}

impl Column {
    /// A column of numbers.
    pub fn numbers(name: &CStr, numbers: Vec<u32>) -> Self {
        Self { name: name.into(), format: c"I", valid: None, buffers: vec![Buffer::U32(numbers)] }
    }

    /// A column of long numbers.
    pub fn long_numbers(name: &CStr, numbers: Vec<u64>) -> Self {
        Self { name: name.into(), format: c"L", valid: None, buffers: vec![Buffer::U64(numbers)] }
    }

    /// A column of texts one after another; each ends where its offset says.
    pub fn texts(name: &CStr, offsets: Vec<i64>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), format: c"U", valid: None, buffers: vec![Buffer::I64(offsets), Buffer::Bytes(bytes)] }
    }

    /// A column of views into a shared text; `View::NULL` where there is none.
    pub fn views(name: &CStr, mut views: Vec<View>, text: &Arc<Vec<u8>>) -> Self {
        let mut bits = vec![0; views.len().div_ceil(8)];
        let mut nulls = 0;
        for (row, view) in views.iter_mut().enumerate() {
            if view.is_null() {
                nulls += 1;
                view.length = 0;
            } else {
                bits[row >> 3] |= 1 << (row & 7);
            }
        }
        let sizes = vec![text.len() as i64];
        Self {
            name: name.into(),
            format: c"vu",
            valid: if nulls > 0 { Some((bits, nulls)) } else { None },
            buffers: vec![Buffer::Views(views), Buffer::Shared(Arc::clone(text)), Buffer::I64(sizes)],
        }
    }
}

struct Owned {
    _valid: Option<Vec<u8>>,
    _buffers: Vec<Buffer>,
    addresses: Vec<*const c_void>,
    children: Vec<*mut Array>,
}

unsafe extern "C" fn release_array(array: *mut Array) {
    // SAFETY: only arrays made by `own` have this release; their private data is an `Owned`.
    unsafe {
        let owned = Box::from_raw((*array).private_data.cast::<Owned>());
        for &child in &owned.children {
            drop(Box::from_raw(child)); // releases it, where nobody took it over
        }
        (*array).release = None;
    }
}

fn own(length: usize, valid: Option<(Vec<u8>, usize)>, buffers: Vec<Buffer>, children: Vec<Array>) -> Array {
    let (valid, nulls) = valid.map_or((None, 0), |(bits, nulls)| (Some(bits), nulls));
    let mut addresses = vec![valid.as_ref().map_or(ptr::null(), |bits| bits.as_ptr().cast())];
    addresses.extend(buffers.iter().map(Buffer::address));
    let children = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    let mut owned = Box::new(Owned { _valid: valid, _buffers: buffers, addresses, children });
    Array {
        length: length as i64,
        null_count: nulls as i64,
        offset: 0,
        n_buffers: owned.addresses.len() as i64,
        n_children: owned.children.len() as i64,
        buffers: owned.addresses.as_mut_ptr(),
        children: owned.children.as_mut_ptr(),
        dictionary: ptr::null_mut(),
        release: Some(release_array),
        private_data: Box::into_raw(owned).cast(),
    }
}

struct Described {
    _name: CString,
    children: Vec<*mut Schema>,
}

unsafe extern "C" fn release_schema(schema: *mut Schema) {
    // SAFETY: only schemas made by `describe` have this release; their private data is a `Described`.
    unsafe {
        for &child in &Box::from_raw((*schema).private_data.cast::<Described>()).children {
            drop(Box::from_raw(child)); // releases it, where nobody took it over
        }
        (*schema).release = None;
    }
}

fn describe(name: CString, format: &'static CStr, children: Vec<Schema>) -> Schema {
    let children = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    let mut owned = Box::new(Described { _name: name, children });
    Schema {
        format: format.as_ptr(),
        name: owned._name.as_ptr(),
        metadata: ptr::null(),
        flags: 2, // nullable
        n_children: owned.children.len() as i64,
        children: owned.children.as_mut_ptr(),
        dictionary: ptr::null_mut(),
        release: Some(release_schema),
        private_data: Box::into_raw(owned).cast(),
    }
}

/// Columns of one length as a struct array, in the two capsules of `__arrow_c_array__`.
pub fn give(py: Python<'_>, length: usize, columns: Vec<Column>) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
    let schemas = columns.iter().map(|column| describe(column.name.clone(), column.format, Vec::new())).collect();
    let schema = describe(CString::default(), c"+s", schemas);
    let arrays = columns.into_iter().map(|column| own(length, column.valid, column.buffers, Vec::new())).collect();
    let array = own(length, None, Vec::new(), arrays);
    Ok((capsule(py, schema, c"arrow_schema")?, capsule(py, array, c"arrow_array")?))
}

/// A capsule that holds a struct where the interface wants it: at its address.
fn capsule<T: 'static>(py: Python<'_>, held: T, name: &'static CStr) -> PyResult<Py<PyAny>> {
    unsafe extern "C" fn free<T>(capsule: *mut pyo3::ffi::PyObject) {
        // SAFETY: the capsule's pointer is the box that `capsule` put there, under the capsule's own name.
        unsafe {
            let name = pyo3::ffi::PyCapsule_GetName(capsule);
            drop(Box::from_raw(pyo3::ffi::PyCapsule_GetPointer(capsule, name).cast::<T>()));
        }
    }
    let address = Box::into_raw(Box::new(held)).cast::<c_void>();
    // SAFETY: the pointer is not null, the name is static, and `free` takes what was boxed here.
    unsafe {
        let made = pyo3::ffi::PyCapsule_New(address, name.as_ptr(), Some(free::<T>));
        Bound::from_owned_ptr_or_err(py, made).map(Bound::unbind)
    }
}
