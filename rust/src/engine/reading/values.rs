//! Reads values and conditions.

use std::sync::Arc;

use pyo3::prelude::*;
use regex::Regex;

use super::kinds::Kind;
use super::{ASKED, Any, Reading, all, field, text, unknown};
use crate::arrow::View;
use crate::engine::looks::{columns_needed, is_of_columns, is_silent};
use crate::engine::marks::Test;
use crate::engine::plan::{Choice, Compares, Condition, Holds, Step, Value};

/// Texts of which one is found by comparing them all.
const FEW: usize = 16;

impl Reading {
    pub(super) fn value(&mut self, value: &Any<'_>) -> PyResult<Value> {
        Ok(match self.kind(value) {
            Kind::Constant | Kind::Named => Value::Constant(text(field!(value, "text")?)?),
            Kind::Column => {
                let (slot, up) = self.column(value)?;
                Value::Column { slot, up }
            }
            Kind::FileValue => Value::File(text(field!(value, "name")?)?),
            Kind::RecordNumber => Value::Record,
            Kind::Template => Value::Template(self.values(field!(value, "parts")?)?),
            Kind::Choice => {
                let options = self.values(field!(value, "options")?)?;
                self.choice(options)
            }
            Kind::Stepped => Value::Step(Box::new(Step {
                source: self.value(&field!(value, "source")?)?,
                apply: field!(value, "apply")?.unbind(),
                order: field!(value, "order")?.extract()?,
                memo: self.memo(false, ASKED),
            })),
            _ => return Err(unknown("value")),
        })
    }

    pub(super) fn values(&mut self, values: Any<'_>) -> PyResult<Box<[Value]>> {
        all(values)?.iter().map(|part| self.value(part)).collect()
    }

    /// The first that is there of some values.
    pub(super) fn choice(&self, options: Box<[Value]>) -> Value {
        let needed: Option<Vec<_>> = options.iter().map(columns_needed).collect();
        let test = needed.and_then(|columns| self.row_test(&columns.concat())).unwrap_or(Test::Open);
        Value::Choice(Box::new(Choice { options, test }))
    }

    pub(super) fn condition(&mut self, condition: &Any<'_>) -> PyResult<Condition> {
        Ok(match self.kind(condition) {
            Kind::Test => {
                let value = self.value(&field!(condition, "value")?)?;
                let holds = self.holds(&field!(condition, "holds")?)?;
                self.test_of(value, holds)
            }
            Kind::Compare => {
                let left = self.value(&field!(condition, "left")?)?;
                let right = self.value(&field!(condition, "right")?)?;
                Condition::Compare(left, right, self.compares(field!(condition, "holds")?))
            }
            Kind::Not => Condition::Not(Box::new(self.condition(&field!(condition, "condition")?)?)),
            Kind::All => {
                let parts = self.conditions(condition)?;
                self.all_of(parts)
            }
            Kind::Some => {
                let parts = self.conditions(condition)?;
                self.one_of(parts)
            }
            _ => return Err(unknown("condition")),
        })
    }

    /// What a row that is being read for must have one of: None where that cannot be told of a row.
    fn row_test(&self, columns: &[(usize, usize)]) -> Option<Test> {
        let slots: Vec<usize> = columns.iter().map(|&(slot, _)| slot).collect();
        self.marks.test(&self.contexts, self.here, &slots)
    }

    /// A test; by marks or views where that says the same.
    fn test_of(&self, value: Value, holds: Holds) -> Condition {
        if let Holds::Present = holds
            && is_of_columns(&value)
            && let Some(columns) = columns_needed(&value)
            && let Some(test) = self.row_test(&columns)
        {
            return Condition::Exists { columns: columns.into(), test };
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

    /// All of some conditions: columns that must not be there are one look at the row's marks.
    fn all_of(&self, parts: Vec<Condition>) -> Condition {
        let (absent, mut parts): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_absence);
        let absent =
            absent.into_iter().filter_map(|part| if let Condition::Not(inner) = part { Some(*inner) } else { None });
        parts.extend(self.there(absent).into_iter().map(|there| Condition::Not(Box::new(there))));
        if parts.len() == 1 {
            return parts.remove(0);
        }
        Condition::All { silent: parts.iter().all(is_silent), parts: parts.into() }
    }

    /// One of some conditions: columns of which one must be there are one look at the row's marks.
    fn one_of(&self, parts: Vec<Condition>) -> Condition {
        let (there, mut parts): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_presence);
        parts.extend(self.there(there.into_iter()));
        if parts.len() == 1 {
            return parts.remove(0);
        }
        Condition::Some { silent: parts.iter().all(is_silent), parts: parts.into() }
    }

    /// That a row has any of the columns that some conditions ask for.
    fn there(&self, asked: impl Iterator<Item = Condition>) -> Option<Condition> {
        let mut columns = Vec::new();
        for condition in asked {
            if let Condition::Exists { columns: own, .. } = condition {
                columns.extend(own);
            }
        }
        if columns.is_empty() {
            return None;
        }
        let test = self.row_test(&columns).expect("each of them is told by the row");
        Some(Condition::Exists { columns: columns.into(), test })
    }

    fn conditions(&mut self, condition: &Any<'_>) -> PyResult<Vec<Condition>> {
        all(field!(condition, "conditions")?)?.iter().map(|part| self.condition(part)).collect()
    }

    fn holds(&mut self, holds: &Any<'_>) -> PyResult<Holds> {
        if holds.is(self.present.bind(holds.py())) {
            return Ok(Holds::Present);
        }
        let found = match self.kind(holds) {
            Kind::Equals => Some(Holds::Equals(text(field!(holds, "text")?)?)),
            Kind::OneOf => {
                let texts = field!(holds, "texts")?;
                Some(Holds::OneOf(texts.try_iter()?.map(|text| self::text(text?)).collect::<PyResult<_>>()?))
            }
            Kind::Matching => self.pattern(field!(holds, "pattern")?)?.map(Holds::Matches),
            _ => None,
        };
        Ok(found.unwrap_or_else(|| Holds::Call(holds.clone().unbind(), self.memo(false, ASKED))))
    }

    /// A pattern of the whole text, where it says the same here as in Python. Compiled once: many nodes ask for the same.
    fn pattern(&mut self, pattern: Any<'_>) -> PyResult<Option<Arc<Regex>>> {
        let wanted = pattern.extract::<String>()?;
        if let Some(known) = self.patterns.get(&wanted) {
            return Ok(known.clone());
        }
        let native: Option<String> = self.fact("pattern", &pattern)?.extract()?;
        let found = native.and_then(|pattern| Regex::new(&pattern).ok()).map(Arc::new);
        self.patterns.insert(wanted, found.clone());
        Ok(found)
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

fn is_presence(condition: &Condition) -> bool {
    matches!(condition, Condition::Exists { .. })
}

fn is_absence(condition: &Condition) -> bool {
    matches!(condition, Condition::Not(inner) if is_presence(inner))
}

fn short(text: &str) -> Option<[u8; 16]> {
    let view = View::of(text.as_bytes(), 0).ok()?;
    (text.len() <= 12).then(|| view.bytes())
}
