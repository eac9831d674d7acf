//! Conditions of a row: null on either side is false.

use pyo3::prelude::*;

use crate::engine::batch::At;
use crate::engine::plan::{Compares, Condition, Holds, Value};
use crate::engine::run::{Done, Run};

impl<'a> Run<'a> {
    /// Whether a condition holds.
    #[inline(always)]
    pub fn holds(&mut self, condition: &'a Condition, at: At) -> Done<bool> {
        match condition {
            Condition::IsOneOf { slot, up, views } => Ok(views.contains(&self.batch.view(*slot, *up, at))),
            Condition::Exists { test, .. } => Ok(self.batch.has(at, test)),
            Condition::All { parts, silent } => self.parts(parts, *silent, false, at),
            Condition::Some { parts, silent } => self.parts(parts, *silent, true, at),
            other => self.is_true(other, at),
        }
    }

    /// Whether a condition holds that is told by texts, or is the opposite of one.
    #[inline(never)]
    fn is_true(&mut self, condition: &'a Condition, at: At) -> Done<bool> {
        match condition {
            Condition::Test(value, holds) => self.test(value, holds, at),
            Condition::Compare(left, right, how) => self.compare(left, right, how, at),
            Condition::Not(inner) => Ok(!self.holds(inner, at)?),
            other => self.holds(other, at),
        }
    }

    /// Whether one of several is `end`: then the whole is. All are looked at where one may have a finding.
    fn parts(&mut self, parts: &'a [Condition], silent: bool, end: bool, at: At) -> Done<bool> {
        let mut whole = !end;
        for part in parts {
            if self.holds(part, at)? == end {
                whole = end;
                if silent {
                    break;
                }
            }
        }
        Ok(whole)
    }

    fn test(&mut self, value: &'a Value, holds: &'a Holds, at: At) -> Done<bool> {
        if let Value::Column { slot, up } = value {
            let text = self.batch.text(*slot, *up, at);
            return text.map_or(Ok(false), |text| self.test_text(text, holds, at));
        }
        let Some(text) = self.value(value, at)? else { return Ok(false) };
        self.test_text(text.as_str(), holds, at)
    }

    fn test_text(&mut self, text: &str, holds: &'a Holds, at: At) -> Done<bool> {
        match holds {
            Holds::Present => Ok(true),
            Holds::Equals(wanted) => Ok(text == &**wanted),
            Holds::OneOf(wanted) => Ok(wanted.contains(text)),
            Holds::Matches(pattern) => Ok(pattern.is_match(text)),
            Holds::Call(test, memo) => {
                let ask = |py| test.bind(py).call1((text,))?.is_truthy();
                self.remembered_to_hold(*memo, text, at, ask)
            }
        }
    }

    fn compare(&mut self, left: &'a Value, right: &'a Value, how: &'a Compares, at: At) -> Done<bool> {
        let one = self.value(left, at)?;
        let other = self.value(right, at)?; // both: each may have a finding
        let (Some(one), Some(other)) = (one, other) else {
            return Ok(false);
        };
        let (one, other) = (one.as_str(), other.as_str());
        // UTF-8 has the order of its code points
        Ok(match how {
            Compares::Equal => one == other,
            Compares::Less => one < other,
            Compares::AtMost => one <= other,
            Compares::More => one > other,
            Compares::AtLeast => one >= other,
            Compares::Call(compare, memo) => {
                let pair = format!("{}:{one}{other}", one.len());
                let ask = |py| compare.bind(py).call1((one, other))?.is_truthy();
                self.remembered_to_hold(*memo, &pair, at, ask)?
            }
        })
    }
}
