//! Values of a row: what `engine/row_values.py` does.

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::engine::batch::At;
use crate::engine::memo::Outcome;
use crate::engine::plan::{Step, Value};
use crate::engine::run::{Done, Run, Text};

/// What a step or a check gave: a text or none, and the code of a finding.
pub struct Given {
    /// The text.
    pub text: Option<Box<str>>,
    /// The code.
    pub code: Option<String>,
}

impl Given {
    /// Reads `str | Failure | Noted | None` (`values/failure.py`).
    pub fn of(outcome: &Bound<'_, PyAny>) -> PyResult<Self> {
        if outcome.is_none() {
            return Ok(Self { text: None, code: None });
        }
        if let Ok(text) = outcome.cast::<PyString>() {
            return Ok(Self { text: Some(text.to_str()?.into()), code: None });
        }
        let text = match outcome.getattr("text") {
            Ok(text) => text.extract::<Option<String>>()?.map(Into::into),
            Err(_) => None, // a `Failure` has none
        };
        Ok(Self { text, code: Some(outcome.getattr("code")?.extract()?) })
    }
}

impl<'a> Run<'a> {
    /// A value.
    #[inline(always)]
    pub fn value(&mut self, value: &'a Value, at: At) -> Done<Option<Text<'a>>> {
        match value {
            Value::Column { slot, up } => Ok(self.batch.text(*slot, *up, at).map(Text::Held)),
            Value::Constant(text) => Ok(Some(Text::Held(text))),
            other => self.made(other, at),
        }
    }

    /// A value that is not a column.
    #[inline(never)]
    fn made(&mut self, value: &'a Value, at: At) -> Done<Option<Text<'a>>> {
        match value {
            Value::Column { slot, up } => Ok(self.batch.text(*slot, *up, at).map(Text::Held)),
            Value::Constant(text) => Ok(Some(Text::Held(text))),
            Value::File(name) => Ok(self.batch.file.get(&**name).map(|text| Text::Held(text))),
            Value::Record => Ok(Some(Text::Made(self.batch.record_number(at).to_string()))),
            Value::Template(parts) => {
                let mut whole = String::with_capacity(64);
                let mut there = true;
                for part in parts {
                    // all of them: each may have a finding
                    match self.value(part, at)? {
                        Some(text) => whole.push_str(text.as_str()),
                        None => there = false,
                    }
                }
                Ok(there.then_some(Text::Made(whole)))
            }
            Value::Choice(choice) => {
                if !self.may(&choice.test, at) {
                    return Ok(None);
                }
                for option in &choice.options {
                    let found = self.value(option, at)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                Ok(None)
            }
            Value::Step(step) => {
                let Some(source) = self.value(&step.source, at)? else {
                    return Ok(None);
                };
                self.step(step, source.as_str(), at)
            }
        }
    }

    /// What a step gives of a text.
    pub fn step(&mut self, step: &'a Step, source: &str, at: At) -> Done<Option<Text<'a>>> {
        let make = |run: &mut Self| {
            let given = step.apply.bind(run.py).call1((source,)).and_then(|given| Given::of(&given));
            let given = run.asked(given)?;
            Ok(run.outcome(given, step.order))
        };
        self.remembered(step.memo, source, at, make, |known, _| known.as_str().map(|text| Text::Made(text.to_owned())))
    }

    /// A text with its finding, if any, to be remembered.
    pub fn outcome(&mut self, given: Given, order: u32) -> Outcome {
        let noted = given.code.iter().map(|code| (order, self.codes.number(code))).collect();
        Outcome { holds: given.text.is_some(), text: given.text, noted }
    }
}
