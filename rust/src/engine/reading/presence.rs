//! What makes a node present: what `plan/walk.py` says of it.

use pyo3::prelude::*;

use super::kinds::Kind;
use super::{Any, Reading, all, field};
use crate::engine::plan::Value;

impl Reading {
    /// Whether a node can be present: it holds a path, a reference, or a constant under a condition.
    pub(super) fn reads_record(&self, node: &Any<'_>) -> PyResult<bool> {
        match self.kind(node) {
            Kind::Primitive | Kind::Coded => self.is_read(&field!(node, "value")?),
            Kind::Guard | Kind::Reference => Ok(true),
            Kind::Object => any(field!(node, "members")?, |member| {
                Ok(!field!(member, "when")?.is_none() || self.reads_record(&field!(member, "node")?)?)
            }),
            Kind::Array => any(field!(node, "items")?, |item| self.reads_record(&field!(item, "node")?)),
            Kind::First => any(field!(node, "options")?, |option| self.reads_record(option)),
            Kind::PeriodEnd => {
                Ok(self.reads_record(&field!(node, "start")?)? || self.reads_record(&field!(node, "end")?)?)
            }
            Kind::Fused => self.reads_record(&field!(node, "node")?),
            _ => Ok(false),
        }
    }

    fn is_read(&self, value: &Any<'_>) -> PyResult<bool> {
        match self.kind(value) {
            Kind::Column | Kind::Named | Kind::FileValue | Kind::RecordNumber => Ok(true),
            Kind::Template => any(field!(value, "parts")?, |part| self.is_read(part)),
            Kind::Choice => any(field!(value, "options")?, |option| self.is_read(option)),
            Kind::Stepped => self.is_read(&field!(value, "source")?),
            _ => Ok(false),
        }
    }

    /// The options before a constant one, when a value ends in a constant: only they make it present.
    pub(super) fn falls_back(&mut self, value: &Any<'_>) -> PyResult<Option<Value>> {
        if self.kind(value) != Kind::Choice {
            return Ok(None);
        }
        let options = all(field!(value, "options")?)?;
        let before: Vec<_> = options.iter().filter(|option| self.kind(option) != Kind::Constant).collect();
        if before.len() == options.len() {
            return Ok(None);
        }
        let before = before.into_iter().map(|option| self.value(option)).collect::<PyResult<_>>()?;
        Ok(Some(self.choice(before)))
    }
}

fn any<'py>(objects: Any<'py>, is_one: impl Fn(&Any<'py>) -> PyResult<bool>) -> PyResult<bool> {
    for object in all(objects)? {
        if is_one(&object)? {
            return Ok(true);
        }
    }
    Ok(false)
}
