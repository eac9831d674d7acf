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
/// Rows by which a table is made longer at a time.
const AHEAD: usize = 16;

/// Views of a table; `View::NULL` where a row has no value.
#[derive(Default)]
struct Grid {
    width: Width,
    views: Vec<View>,
}

impl Grid {
    /// No rows, with room for so many.
    fn of(width: Width, rows: usize) -> Self {
        Self { width, views: Vec::with_capacity(width.room * rows) }
    }

    /// Where a row begins, which is there then.
    #[inline(always)]
    fn reach(&mut self, row: usize) -> usize {
        let start = row * self.width.room;
        if self.views.len() <= start {
            self.lengthen(row);
        }
        start
    }

    #[inline(never)]
    fn lengthen(&mut self, row: usize) {
        self.views.resize((row + AHEAD) * self.width.room, View::NULL);
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

    /// For how many rows there should be room in a table: for those of the last batch and some more, as batches are much
    /// alike. For none where there is no such table.
    pub fn room(&self, table: u32) -> usize {
        self.tables.get(table as usize).map_or(0, |&(_, rows)| rows + rows / 8 + AHEAD)
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
        let grids = (0..places.tables.len()).map(|table| Grid::of(places.tables[table].0, places.room(table as u32)));
        let grids = grids.collect();
        Self { places, grids }
    }

    /// A row of a table.
    #[inline(always)]
    pub fn row(&mut self, table: usize, row: u32) -> Row<'_> {
        let grid = &mut self.grids[table];
        let start = grid.reach(row as usize);
        Row { places: self.places, grid, row: row as usize, start }
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

/// A row of a table while it is made.
pub struct Row<'a> {
    places: &'a mut Places,
    grid: &'a mut Grid,
    row: usize,
    /// Where it begins among the views.
    start: usize,
}

impl Row<'_> {
    /// Puts the value of a column, which is one of the row's table.
    #[inline(always)]
    pub fn put(&mut self, column: u32, view: View) {
        let known = &mut self.places.columns[column as usize];
        known.used = true;
        let place = match known.place.get() {
            Some(place) => place,
            None => self.place(column as usize),
        };
        self.grid.views[self.start + place] = view;
    }

    /// Where a column stands that has its first value.
    #[cold]
    fn place(&mut self, column: usize) -> usize {
        let column = &mut self.places.columns[column];
        column.place = self.grid.add();
        self.places.tables[column.table].0 = self.grid.width; // at once: a batch may break off, and the place stays
        self.start = self.grid.reach(self.row);
        self.grid.width.used - 1
    }
}
