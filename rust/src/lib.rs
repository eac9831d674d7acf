//! The hot paths of interop, compiled: messages to tables, and the plan over the tables of a batch.
//!
//! Each does what Python does elsewhere (`readers/hl7v2`, `engine/rows.py`), and gives the same. What a mapping's steps,
//! checks and concept maps say, and whatever is out of the ordinary, is asked of Python, once for each distinct text.

mod arrow;
mod block;
mod calm;
mod engine;
mod hl7v2;
mod json;
mod lines;

use pyo3::prelude::*;

/// See `engine::program::Program` and `hl7v2::shredder::Shredder`.
#[pymodule]
fn _rust(module: &Bound<'_, PyModule>) -> PyResult<()> {
    calm::keep_silent();
    module.add("SOURCES", option_env!("INTEROP_SOURCES"))?;
    module.add_class::<engine::program::Program>()?;
    module.add_class::<engine::made::Made>()?;
    module.add_class::<engine::keys::Keys>()?;
    module.add_class::<engine::ordered::Ordered>()?;
    module.add_class::<lines::Lines>()?;
    module.add_class::<hl7v2::shredder::Shredder>()?;
    module.add_function(wrap_pyfunction!(hl7v2::cuts::cut_messages, module)?)?;
    module.add_function(wrap_pyfunction!(hl7v2::count::count_messages, module)?)?;
    module.add_class::<hl7v2::sheets::Given>()?;
    module.add_class::<hl7v2::sheets::Sheets>()
}
