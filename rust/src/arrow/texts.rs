//! A column of nullable text.

use std::any::Any;
use std::sync::Arc;

use crate::arrow::View;

/// What the buffers of a column belong to.
pub type Owner = Arc<dyn Any + Send + Sync>;

/// A column of nullable text; the buffers that its views point into live as long as it does.
#[derive(Clone)]
pub struct Texts {
    first: *const View, // that of the first row; `View::NULL` where there is no text
    stride: usize,      // how far it is to that of the next row
    height: usize,
    buffers: Box<[*const u8]>,
    _views: Arc<Vec<View>>,
    _owner: Owner,
}

// SAFETY: views and buffers are immutable, and their owner may be dropped on any thread.
unsafe impl Send for Texts {}
// SAFETY: as above.
unsafe impl Sync for Texts {}

impl Texts {
    /// Views into buffers of UTF-8 that `owner` keeps.
    ///
    /// # Safety
    /// A view of up to 12 bytes holds its text; every other one is a stretch of the buffer that it names, and there is
    /// such a one. All of them are UTF-8.
    pub(super) unsafe fn of_buffers(views: Arc<Vec<View>>, buffers: Box<[*const u8]>, owner: Owner) -> Self {
        Self { first: views.as_ptr(), stride: 1, height: views.len(), buffers, _views: views, _owner: owner }
    }

    /// The columns of a grid, the views of whose rows stand one row after the other.
    ///
    /// They are made by `View::of` of stretches of one text.
    pub fn of_grid(views: &Arc<Vec<View>>, width: usize, text: &Arc<Vec<u8>>) -> impl Fn(usize) -> Self {
        assert!(views.iter().all(|view| view.is_of(text)));
        let (views, text) = (Arc::clone(views), Arc::clone(text));
        move |first| {
            assert!(first < width);
            // SAFETY: `View::of` was given UTF-8 that stands in this text, at a place that the view says.
            let all =
                unsafe { Self::of_buffers(Arc::clone(&views), [text.as_ptr()].into(), Arc::clone(&text) as Owner) };
            // one past the end where there are no rows
            Self { first: views[first.min(views.len())..].as_ptr(), stride: width, height: views.len() / width, ..all }
        }
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.height
    }

    #[inline(always)]
    fn at(&self, row: u32) -> &View {
        let row = row as usize;
        assert!(row < self.height);
        // SAFETY: so many rows stand in the views that this keeps, each so far from the one before.
        unsafe { &*self.first.add(row * self.stride) }
    }

    fn all(&self) -> impl Iterator<Item = &View> {
        (0..self.height as u32).map(|row| self.at(row))
    }

    /// Its views.
    pub fn views(&self) -> Vec<View> {
        self.all().copied().collect()
    }

    /// Whether each row from one on has a text.
    #[inline]
    pub fn have(&self, first: usize) -> impl Iterator<Item = bool> {
        // SAFETY: as in `at`.
        (first..self.height).map(|row| unsafe { !(*self.first.add(row * self.stride)).is_null() })
    }

    /// Adds what tells the text of a row from any other one, or from none. No such key is the beginning of another.
    #[inline]
    pub fn key(&self, row: u32, key: &mut Vec<u8>) {
        if let Some(short) = self.short_key(row) {
            key.extend_from_slice(&short);
        } else if let Some(text) = self.get(row) {
            key.extend_from_slice(&self.at(row).length.to_ne_bytes());
            key.extend_from_slice(text.as_bytes());
        }
    }

    /// What tells the text of a row apart where it is short, or there is none: its length, and the text itself.
    #[inline]
    pub fn short_key(&self, row: u32) -> Option<[u8; 16]> {
        let view = self.at(row);
        (view.is_null() || view.length <= 12).then(|| view.bytes())
    }

    /// The view of a row: a short text itself.
    #[inline]
    pub fn view(&self, row: u32) -> [u8; 16] {
        self.at(row).bytes()
    }

    /// The text of a row.
    #[inline]
    pub fn get(&self, row: u32) -> Option<&str> {
        let view = self.at(row);
        if view.is_null() {
            return None;
        }
        let length = view.length as usize;
        // SAFETY: as `of_buffers` wants it.
        unsafe {
            let start = if length <= 12 {
                std::ptr::from_ref(view).cast::<u8>().add(4) // what stands behind its length
            } else {
                (*self.buffers.get_unchecked(view.buffer as usize)).add(view.offset as usize)
            };
            Some(std::str::from_utf8_unchecked(std::slice::from_raw_parts(start, length)))
        }
    }
}
