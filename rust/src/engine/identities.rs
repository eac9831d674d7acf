//! Ids of resources: UUIDv5 of mapping, type and key, or what a rule's `id` says.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::engine::batch::At;
use crate::engine::plan::Identity;
use crate::engine::put::put;
use crate::engine::run::{Done, Run};
use crate::engine::sha1::sha1;
use crate::engine::values::Given;

/// Letters of a derived id.
pub const LETTERS: usize = 36;

/// The id of a rule's resource on a row.
#[derive(Clone)]
pub enum Id {
    /// Nobody asked yet.
    Unasked,
    /// It is not built, or has no id.
    None,
    /// A derived id.
    Derived([u8; LETTERS]),
    /// A given one.
    Given(Arc<str>),
}

impl Id {
    /// The id's letters; none where there is no id.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Unasked | Self::None => None,
            Self::Derived(letters) => Some(letters),
            Self::Given(text) => Some(text.as_bytes()),
        }
    }
}

/// Between the type and the parts of a key: `values/ids.py`.
const SEPARATOR: u8 = 0x1f;

/// The two digits of each byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

/// Where the digits of each byte of a UUID stand.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

fn uuid(mut hash: [u8; 20]) -> [u8; LETTERS] {
    hash[6] = hash[6] & 0x0f | 0x50;
    hash[8] = hash[8] & 0x3f | 0x80;
    let mut letters = [b'-'; LETTERS];
    for (place, &byte) in PLACES.into_iter().zip(&hash) {
        letters[place..place + 2].copy_from_slice(&HEX[usize::from(byte)]);
    }
    letters
}

impl<'a> Run<'a> {
    /// Whether a rule is built on a row, with the findings of its condition.
    pub fn is_built(&mut self, rule: usize, at: At) -> Done<bool> {
        let rules = self.rules;
        rules[rule].when.as_ref().map_or(Ok(true), |when| self.holds(when, at))
    }

    /// The id on a row where the rule is built, with findings: D401 when a part of the key is null.
    pub fn id(&mut self, number: usize, at: At) -> Done<Id> {
        let rules = self.rules;
        let rule = &rules[number];
        if rule.silent && matches!(self.ids[number][at.row as usize], Id::Derived(_)) {
            return Ok(self.ids[number][at.row as usize].clone()); // a reference asked before
        }
        let made = if rule.explicit.is_some() { self.explicit(rule, at)? } else { self.derived(rule, at)? };
        self.ids[number][at.row as usize] = made.clone();
        Ok(made)
    }

    /// Sees to it that the id is there that a reference gives: of the resource of a rule on a row of its context. Reports
    /// nothing.
    #[inline]
    pub fn identify(&mut self, number: usize, at: At) -> Done<()> {
        match self.ids[number].get(at.row as usize) {
            None | Some(Id::Unasked) => self.asked_for(number, at),
            _ => Ok(()),
        }
    }

    #[inline(never)]
    fn asked_for(&mut self, number: usize, at: At) -> Done<()> {
        if self.ids[number].is_empty() {
            self.ids[number] = vec![Id::Unasked; self.batch.height(self.rules[number].context) as usize];
        }
        self.quietly(|run| {
            if run.is_built(number, at)? {
                return run.id(number, at).map(drop);
            }
            run.ids[number][at.row as usize] = Id::None;
            Ok(())
        })
    }

    fn derived(&mut self, rule: &'a Identity, at: At) -> Done<Id> {
        let mut hashed = std::mem::take(&mut self.hashed);
        hashed.clear();
        hashed.extend_from_slice(&rule.hashed);
        let mut there = true;
        for part in &rule.key {
            // all of them: each may have a finding
            match self.value(part, at)? {
                Some(text) => {
                    hashed.push(SEPARATOR);
                    put(&mut hashed, text.as_str().as_bytes());
                }
                None => there = false,
            }
        }
        self.hashed = hashed;
        if !there {
            self.report("D401", rule.order, at);
            return Ok(Id::None);
        }
        Ok(Id::Derived(uuid(sha1(&mut self.hashed))))
    }

    fn explicit(&mut self, rule: &'a Identity, at: At) -> Done<Id> {
        let Some((value, check, memo)) = &rule.explicit else {
            return Ok(Id::None);
        };
        let Some(text) = self.value(value, at)? else {
            self.report("D401", rule.order, at);
            return Ok(Id::None);
        };
        let text = text.as_str();
        let make = |run: &mut Self| {
            let given = check.bind(run.py).call1((text,)).and_then(|given| Given::of(&given));
            let given = run.asked(given)?;
            // only a text is an id; of what is none it says why
            let code = match (&given.text, &given.code) {
                (Some(_), None) => None,
                (None, None) => Some("D401".to_owned()),
                _ => Some("D404".to_owned()),
            };
            let text = if code.is_none() { given.text } else { None };
            Ok(run.outcome(Given { text, code }, rule.order))
        };
        self.remembered(*memo, text, at, make, |known, _| {
            known.as_str().map_or(Id::None, |text| Id::Given(text.into()))
        })
    }
}
