//! The plan over the tables of a batch, row by row: what `engine/rows.py` does.

pub mod batch;
pub mod keys;
pub mod made;
mod order;
pub mod ordered;
pub mod program;
mod put;

mod conditions;
mod forms;
mod identities;
mod leaves;
mod looks;
mod marks;
mod memo;
mod nodes;
mod plan;
mod reading;
mod repeats;
mod run;
mod sha1;
mod taking;
mod values;
