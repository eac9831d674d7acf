//! The values of a table while it is made, row after row: what belongs together stands together.

use crate::arrow::View;

/// Where a column stands in the rows of its table, once it had a value.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place(u32);

impl Place {
    /// It never had a value.
    const NONE: Self = Self(u32::MAX);

    /// The number of views before it in a row.
    fn get(self) -> Option<usize> {
        (self != Self::NONE).then_some(self.0 as usize)
    }
}

/// How many columns of a table have a place.
#[derive(Clone, Copy, Default)]
struct Width {
    /// Those that do.
    used: usize,
    /// Those that there is room for.
    room: usize,
}

/// Columns by which a table is made wider at a time.
const MORE: usize = 4;

/// Views of a table; `View::NULL` where a row has no value.
#[derive(Default)]
struct Grid {
    width: Width,
    views: Vec<View>,
}

impl Grid {
    /// No rows, with room for some.
    fn of(width: Width, rows: usize) -> Self {
        Self { width, views: Vec::with_capacity(width.room * rows) }
    }

    /// A place for another column.
    #[cold]
    fn add(&mut self) -> Place {
        if self.width.used == self.width.room {
            let room = self.width.room + MORE;
            let mut wider = Vec::with_capacity(self.views.len() + MORE);
            for row in self.views.chunks(self.width.room.max(1)) {
                wider.extend_from_slice(row);
                wider.resize(wider.len().next_multiple_of(room), View::NULL);
            }
            (self.width.room, self.views) = (room, wider);
        }
        self.width.used += 1;
        Place(self.width.used as u32 - 1)
    }

    /// Puts a value into a row.
    #[inline(always)]
    fn put(&mut self, place: usize, row: usize, view: View) {
        let start = row * self.width.room;
        if self.views.len() <= start {
            self.views.resize(start + self.width.room, View::NULL);
        }
        self.views[start + place] = view;
    }

    /// The views of so many rows, one row after the other, and how many a row has.
    fn views(mut self, rows: usize) -> (Vec<View>, usize) {
        self.views.resize(rows * self.width.room, View::NULL);
        (self.views, self.width.room)
    }
}

/// A column: its table, its place there, and whether it has a value in this batch.
struct Column {
    table: usize,
    place: Place,
    used: bool,
}

/// Where the columns of all tables stand, from one batch to the next, and how many rows the tables had in the last one.
pub struct Places {
    columns: Vec<Column>,
    tables: Vec<(Width, usize)>,
}

impl Places {
    /// Columns of these tables; none has a place.
    pub fn new(columns: &[usize], tables: usize) -> Self {
        let columns = columns.iter().map(|&table| Column { table, place: Place::NONE, used: false });
        Self { columns: columns.collect(), tables: vec![(Width::default(), 0); tables] }
    }
}

/// The tables of a batch while they are made.
pub struct Grids<'a> {
    places: &'a mut Places,
    grids: Vec<Grid>,
}

impl<'a> Grids<'a> {
    /// Tables without rows.
    pub fn of(places: &'a mut Places) -> Self {
        places.columns.iter_mut().for_each(|column| column.used = false);
        let grids = places.tables.iter().map(|&(width, rows)| Grid::of(width, rows)).collect();
        Self { places, grids }
    }

    /// Puts a value into a row of a column's table.
    #[inline(always)]
    pub fn put(&mut self, column: usize, row: u32, view: View) {
        let column = &mut self.places.columns[column];
        let grid = &mut self.grids[column.table];
        let place = column.place.get().unwrap_or_else(|| {
            column.place = grid.add();
            self.places.tables[column.table].0 = grid.width; // at once: a batch may break off, and the place stays
            grid.width.used - 1
        });
        column.used = true;
        grid.put(place, row as usize, view);
    }

    /// The views of a table of so many rows, and how many a row has.
    pub fn take(&mut self, table: usize, rows: usize) -> (Vec<View>, usize) {
        let grid = std::mem::take(&mut self.grids[table]);
        self.places.tables[table].1 = rows;
        grid.views(rows)
    }

    /// The columns that have a value, each with its table and its place there.
    pub fn columns(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let columns = self.places.columns.iter().enumerate().filter(|(_, column)| column.used);
        columns.filter_map(|(number, column)| Some((number, column.table, column.place.get()?)))
    }
}
