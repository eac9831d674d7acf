//! Messages to tables: what `readers/hl7v2` does of a batch, in one pass over its bytes.

pub mod count;
pub mod cuts;
pub mod sheets;
pub mod shredder;

mod cells;
mod contexts;
mod escapes;
mod grid;
mod heads;
mod messages;
mod moves;
mod outlines;
mod parts;
mod placing;
mod slots;
mod starts;
