//! Messages to tables: what `readers/hl7v2` does of a batch, in one pass over its bytes.

pub mod count;
pub mod sheets;
pub mod shredder;
pub mod starts;

mod cells;
mod escapes;
mod grid;
mod heads;
mod messages;
mod outlines;
mod parts;
mod slots;
