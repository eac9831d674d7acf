//! Leaves of the plan on a row: literals, codes from concept maps, and what is remembered by one text.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::engine::batch::At;
use crate::engine::forms::Form;
use crate::engine::memo::{Known, Outcome};
use crate::engine::nodes::Written;
use crate::engine::plan::{Coded, Fused, Node, Primitive, Shape, Value};
use crate::engine::put::put;
use crate::engine::run::{Done, Found, Run};
use crate::engine::values::Given;
use crate::json::quote;

impl<'a> Run<'a> {
    /// A node that reads a few columns: remembered by their texts, with findings and all.
    #[inline(never)]
    pub fn fused(&mut self, fused: &'a Fused, at: At) -> Done<Written> {
        let memo = fused.memo;
        if !self.memos[memo].is_useful() {
            return self.node(&fused.inner, at);
        }
        let short = match fused.columns[..] {
            [(slot, up)] => self.batch.short_key(slot, up, at),
            _ => None,
        };
        let begin = self.key.len();
        let known = match &short {
            Some(key) => self.memos[memo].get(key),
            None => {
                for &(slot, up) in &fused.columns {
                    self.batch.key(slot, up, at, &mut self.key);
                }
                self.memos[memo].get(&self.key[begin..])
            }
        };
        if let Some(known) = known {
            self.key.truncate(begin);
            if !self.quiet && !known.noted.is_empty() {
                self.found.extend(known.noted.iter().map(|&(order, code)| Found { order, code, at }));
            }
            return Ok(known.text.map(|fragment| {
                put(&mut self.out, fragment);
                known.holds
            }));
        }
        self.key.extend_from_slice(short.as_ref().map_or(&[], <[u8; 16]>::as_slice));
        let written = self.learned_node(memo, begin, &fused.inner, at);
        self.key.truncate(begin);
        written
    }

    /// Writes a node, and remembers it by the key that begins at a place.
    #[inline(never)]
    fn learned_node(&mut self, memo: usize, key: usize, inner: &'a Node, at: At) -> Done<Written> {
        let (start, before, quiet) = (self.out.len(), self.found.len(), self.quiet);
        self.quiet = false;
        let written = self.node(inner, at);
        self.quiet = quiet;
        let written = written?;
        let mut noted: Vec<(u32, u16)> = Vec::new();
        for found in &self.found[before..] {
            if !noted.contains(&(found.order, found.code)) {
                noted.push((found.order, found.code));
            }
        }
        if quiet {
            self.found.truncate(before);
        }
        let text = written.map(|_| &self.out[start..]);
        self.memos[memo].keep(&self.key[key..], &Known { text, holds: written == Some(true), noted: &noted });
        Ok(written)
    }

    /// A literal, and whether it is more than what it falls back on.
    #[inline(never)]
    pub fn primitive(&mut self, leaf: &'a Primitive, at: At) -> Done<Written> {
        let start = self.out.len();
        if !self.literal(leaf, at)? {
            return Ok(None);
        }
        let Some(before) = &leaf.before else {
            return Ok(Some(true));
        };
        let present = self.quietly(|run| Ok(run.value(before, at)?.is_some()))?;
        debug_assert!(self.out.len() > start);
        Ok(Some(present))
    }

    /// Writes the literal of a leaf; false where it has none.
    fn literal(&mut self, leaf: &'a Primitive, at: At) -> Done<bool> {
        if !leaf.forms.is_empty() {
            match self.regular(&leaf.forms, at)? {
                None => return Ok(false),
                Some(true) => return Ok(true),
                Some(false) => {}
            }
        }
        let Some(text) = self.value(&leaf.value, at)? else { return Ok(false) };
        let text = text.as_str();
        let make = |run: &mut Self| {
            let given = leaf.check.bind(run.py).call1((text,)).and_then(|given| Given::of(&given));
            let given = run.asked(given)?;
            // a check gives a text, or says why not
            let given = if given.code.is_some() { Given { text: None, ..given } } else { given };
            Ok(run.outcome(given, leaf.order))
        };
        self.remembered(leaf.memo, text, at, make, |known, out| {
            let literal = known.as_str();
            match literal {
                Some(literal) if leaf.quoted => quote(literal, out),
                Some(literal) => put(out, literal.as_bytes()),
                None => {}
            }
            literal.is_some()
        })
    }

    /// Writes the first text that is there by its form; false where that is not regular, None where there is none.
    fn regular(&mut self, forms: &'a [(Value, Option<Form>)], at: At) -> Done<Option<bool>> {
        for (value, form) in forms {
            if let Some(text) = self.value(value, at)? {
                return Ok(Some(form.is_some_and(|form| form.write(text.as_str(), &mut self.out))));
            }
        }
        Ok(None)
    }

    /// What a concept map makes of a code.
    #[inline(never)]
    pub fn coded(&mut self, coded: &'a Coded, at: At) -> Done<Written> {
        let Some(text) = self.value(&coded.value, at)? else {
            return Ok(None);
        };
        let text = text.as_str();
        let make = |run: &mut Self| run.translated(coded, text);
        self.remembered(coded.memo, text, at, make, |known, out| {
            known.text.map(|fragment| {
                put(out, fragment);
                true
            })
        })
    }

    /// What a concept map makes of a code: `tuple | Failure | NotedTargets` (`values/codes.py`).
    fn translated(&mut self, coded: &'a Coded, text: &str) -> Done<Outcome> {
        let py = self.py;
        let found = coded.translate.bind(py).call1((text,)).and_then(|found| translation(&found));
        let (mut codings, code) = self.asked(found)?;
        let fragment = if codings.is_empty() {
            None
        } else {
            Some(match coded.shape {
                Shape::Coding => codings.swap_remove(0),
                Shape::Codings => codings.join(","),
                Shape::Concept => format!("{{\"coding\":[{}]}}", codings.join(",")),
                Shape::Concepts => {
                    let concepts: Vec<String> =
                        codings.iter().map(|coding| format!("{{\"coding\":[{coding}]}}")).collect();
                    concepts.join(",")
                }
            })
        };
        Ok(self.outcome(Given { text: fragment.map(Into::into), code }, coded.order))
    }

    /// The number of an item of another list, by key.
    #[inline(never)]
    pub fn keyed_position(&mut self, list: usize, key: Option<&'a Value>, at: At) -> Done<Written> {
        let Some(key) = key else { return Ok(None) };
        let Some(text) = self.value(key, at)? else {
            return Ok(None);
        };
        let Some(number) = self.keyed.get(&list).and_then(|seen| seen.get(text.as_str())) else {
            return Ok(None);
        };
        put(&mut self.out, number.to_string().as_bytes());
        Ok(Some(false))
    }
}

/// The Codings of a translation, and the code of its finding.
fn translation(found: &Bound<'_, PyAny>) -> PyResult<(Vec<String>, Option<String>)> {
    let is_targets = found.is_instance_of::<PyTuple>();
    let code = if is_targets { None } else { Some(found.getattr("code")?.extract()?) };
    let targets = if is_targets { Some(found.clone()) } else { found.getattr("targets").ok() };
    let mut codings = Vec::new();
    if let Some(targets) = targets {
        for target in targets.try_iter()? {
            codings.push(coding(&target?)?);
        }
    }
    Ok((codings, code))
}

/// A Coding of a target; empty parts are left out.
fn coding(target: &Bound<'_, PyAny>) -> PyResult<String> {
    let mut out = vec![b'{'];
    for name in ["system", "code", "display"] {
        let text: String = target.getattr(name)?.extract()?;
        if !text.is_empty() {
            if out.len() > 1 {
                out.push(b',');
            }
            out.extend_from_slice(format!("\"{name}\":").as_bytes());
            quote(&text, &mut out);
        }
    }
    out.push(b'}');
    Ok(String::from_utf8(out).expect("text is made of text"))
}
