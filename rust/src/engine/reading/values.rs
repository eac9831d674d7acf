//! Reads values and conditions.

use pyo3::prelude::*;
use regex::Regex;

use super::{ASKED, Any, Reading, all, kind, text, unknown};
use crate::arrow::View;
use crate::engine::looks::{columns_needed, is_of_columns, is_silent};
use crate::engine::plan::{Choice, Compares, Condition, Holds, Step, Test, Value};

/// Texts of which one is found by comparing them all.
const FEW: usize = 16;

impl Reading {
    pub(super) fn value(&mut self, value: &Any<'_>) -> PyResult<Value> {
        Ok(match kind(value)?.as_str() {
            "Constant" | "Named" => Value::Constant(text(value, "text")?.into()),
            "Column" => {
                let (slot, up) = self.column(value)?;
                Value::Column { slot, up }
            }
            "FileValue" => Value::File(text(value, "name")?.into()),
            "RecordNumber" => Value::Record,
            "Template" => Value::Template(self.values(value, "parts")?),
            "Choice" => {
                let options = self.values(value, "options")?;
                let needed: Option<Vec<_>> = options.iter().map(columns_needed).collect();
                let test = needed.and_then(|columns| self.row_tests(&columns.concat()));
                Value::Choice(Box::new(Choice { options, test }))
            }
            "Stepped" => {
                let source = self.value(&value.getattr("source")?)?;
                Value::Step(Box::new(Step {
                    source,
                    apply: value.getattr("apply")?.unbind(),
                    order: value.getattr("order")?.extract()?,
                    memo: self.memo(false, ASKED),
                }))
            }
            other => return Err(unknown(other)),
        })
    }

    pub(super) fn values(&mut self, object: &Any<'_>, name: &str) -> PyResult<Box<[Value]>> {
        all(object, name)?.iter().map(|part| self.value(part)).collect()
    }

    pub(super) fn condition(&mut self, condition: &Any<'_>) -> PyResult<Condition> {
        Ok(match kind(condition)?.as_str() {
            "Test" => {
                let value = self.value(&condition.getattr("value")?)?;
                let holds = self.holds(&condition.getattr("holds")?)?;
                self.test_of(value, holds)
            }
            "Compare" => {
                let left = self.value(&condition.getattr("left")?)?;
                let right = self.value(&condition.getattr("right")?)?;
                Condition::Compare(left, right, self.compares(condition.getattr("holds")?))
            }
            "Not" => Condition::Not(Box::new(self.condition(&condition.getattr("condition")?)?)),
            "All" => {
                let parts = self.conditions(condition)?;
                Condition::All { silent: parts.iter().all(is_silent), parts }
            }
            "Some" => {
                let parts = self.conditions(condition)?;
                Condition::Some { silent: parts.iter().all(is_silent), parts }
            }
            other => return Err(unknown(other)),
        })
    }

    /// What a row that is being read for must have one of: None where that cannot be told of a row.
    fn row_tests(&self, columns: &[(usize, usize)]) -> Test {
        let slots: Vec<usize> = columns.iter().map(|&(slot, _)| slot).collect();
        self.marks.tests(&self.contexts, self.here, &slots)
    }

    /// A test; by marks or views where that says the same.
    fn test_of(&self, value: Value, holds: Holds) -> Condition {
        if let Holds::Present = holds
            && is_of_columns(&value)
            && let Some(columns) = columns_needed(&value)
            && let Some(tests) = self.row_tests(&columns)
        {
            return Condition::Exists { columns: columns.into(), tests };
        }
        if let Value::Column { slot, up } = value {
            let views: Option<Box<[[u8; 16]]>> = match &holds {
                Holds::Equals(wanted) => short(wanted).map(|view| [view].into()),
                Holds::OneOf(wanted) if wanted.len() <= FEW => wanted.iter().map(|text| short(text)).collect(),
                _ => None,
            };
            if let Some(views) = views {
                return Condition::IsOneOf { slot, up, views };
            }
        }
        Condition::Test(value, holds)
    }

    fn conditions(&mut self, condition: &Any<'_>) -> PyResult<Box<[Condition]>> {
        all(condition, "conditions")?.iter().map(|part| self.condition(part)).collect()
    }

    fn holds(&mut self, holds: &Any<'_>) -> PyResult<Holds> {
        if holds.is(self.present.bind(holds.py())) {
            return Ok(Holds::Present);
        }
        Ok(match kind(holds)?.as_str() {
            "Equals" => Holds::Equals(text(holds, "text")?.into()),
            "OneOf" => {
                let texts = all(holds, "texts")?;
                Holds::OneOf(texts.iter().map(|text| Ok(text.extract::<String>()?.into())).collect::<PyResult<_>>()?)
            }
            "Matching" => {
                let pattern: Option<String> = self.fact("pattern", &holds.getattr("pattern")?)?.extract()?;
                match pattern.and_then(|pattern| Regex::new(&pattern).ok()) {
                    Some(pattern) => Holds::Matches(pattern),
                    None => Holds::Call(holds.clone().unbind(), self.memo(false, ASKED)),
                }
            }
            _ => Holds::Call(holds.clone().unbind(), self.memo(false, ASKED)),
        })
    }

    fn compares(&mut self, holds: Any<'_>) -> Compares {
        match self.operators.iter().position(|operator| holds.is(operator.bind(holds.py()))) {
            Some(0) => Compares::Equal,
            Some(1) => Compares::Less,
            Some(2) => Compares::AtMost,
            Some(3) => Compares::More,
            Some(4) => Compares::AtLeast,
            _ => Compares::Call(holds.unbind(), self.memo(false, ASKED)),
        }
    }
}

fn short(text: &str) -> Option<[u8; 16]> {
    let view = View::of(text.as_bytes(), 0).ok()?;
    (text.len() <= 12).then(|| view.bytes())
}
