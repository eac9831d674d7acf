//! The classes of a plan's dataclasses.

use hashbrown::HashMap;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// The class of a value, a condition, a test of a text or a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Constant,
    Column,
    Named,
    FileValue,
    RecordNumber,
    Template,
    Choice,
    Stepped,
    Test,
    Compare,
    Not,
    All,
    Some,
    Equals,
    OneOf,
    Matching,
    Json,
    Primitive,
    Coded,
    Guard,
    Object,
    Array,
    Reference,
    Position,
    First,
    PeriodEnd,
    Fused,
    /// One that is none of these.
    Other,
}

const MODEL: [(&str, Kind); 24] = [
    ("Constant", Kind::Constant),
    ("Column", Kind::Column),
    ("Named", Kind::Named),
    ("FileValue", Kind::FileValue),
    ("RecordNumber", Kind::RecordNumber),
    ("Template", Kind::Template),
    ("Choice", Kind::Choice),
    ("Stepped", Kind::Stepped),
    ("Test", Kind::Test),
    ("Compare", Kind::Compare),
    ("Not", Kind::Not),
    ("All", Kind::All),
    ("Some", Kind::Some),
    ("Json", Kind::Json),
    ("Primitive", Kind::Primitive),
    ("Coded", Kind::Coded),
    ("Guard", Kind::Guard),
    ("Object", Kind::Object),
    ("Array", Kind::Array),
    ("Reference", Kind::Reference),
    ("Position", Kind::Position),
    ("First", Kind::First),
    ("PeriodEnd", Kind::PeriodEnd),
    ("Fused", Kind::Fused),
];

const TESTS: [(&str, Kind); 3] = [("Equals", Kind::Equals), ("OneOf", Kind::OneOf), ("Matching", Kind::Matching)];

/// The classes, looked up once: an object's own tells its kind, without its name.
pub struct Kinds {
    by_place: HashMap<usize, Kind>,
    _kept: Vec<Py<PyType>>, // so that no other class takes the place of one
}

impl Kinds {
    /// Those of the plan's model, and of its tests.
    pub fn of(py: Python<'_>) -> PyResult<Self> {
        let mut kinds = Self { by_place: HashMap::new(), _kept: Vec::new() };
        kinds.add(&py.import("interop.plan.model")?, &MODEL)?;
        kinds.add(&py.import("interop.plan.text_tests")?, &TESTS)?;
        Ok(kinds)
    }

    fn add(&mut self, module: &Bound<'_, PyModule>, classes: &[(&str, Kind)]) -> PyResult<()> {
        for &(name, kind) in classes {
            let class = module.getattr(name)?.cast_into::<PyType>()?;
            self.by_place.insert(class.as_ptr() as usize, kind);
            self._kept.push(class.unbind());
        }
        Ok(())
    }

    /// The kind of an object.
    pub fn tell(&self, object: &Bound<'_, PyAny>) -> Kind {
        self.by_place.get(&(object.get_type_ptr() as usize)).copied().unwrap_or(Kind::Other)
    }
}
