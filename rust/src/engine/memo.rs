//! What a function of a text gave, by the text.

use std::sync::Arc;

use hashbrown::HashMap;

/// Bytes of a text that is worth remembering.
const SHORT: usize = 512;

/// Bytes of a result without its texts.
const ENTRY: usize = 96;

/// A finding of a text: its place in the plan, and the number of its code.
pub type Noted = (u32, u16);

/// A result: a text, or none; whether it is present, or true; what is to be noted of it.
#[derive(Clone, Default)]
pub struct Outcome {
    /// A value, or a fragment of JSON.
    pub text: Option<Arc<str>>,
    /// Of a fragment: presence. Of a condition: whether it holds.
    pub holds: bool,
    /// Without repeats.
    pub noted: Box<[Noted]>,
}

/// The results of one function.
#[derive(Default)]
pub struct Memo {
    known: HashMap<Box<[u8]>, Outcome>,
    /// Whether the results hang on the values of the file.
    pub of_file: bool,
    /// Bytes of its keys and results.
    pub size: usize,
    asked: u32,
    missed: u32,
    warm: bool,
    useless: bool,
}

/// Times that a memo is asked before it is judged, when it has been asked as often before.
const TRIED: u32 = 3_000;

impl Memo {
    /// Nothing is known yet.
    pub fn new(of_file: bool) -> Self {
        Self { of_file, ..Self::default() }
    }

    /// Whether it is worth asking: not where most of what it was asked was new.
    #[inline]
    pub fn is_useful(&self) -> bool {
        !self.useless
    }

    /// What is known of a key.
    #[inline]
    pub fn get(&mut self, key: &[u8]) -> Option<&Outcome> {
        let known = self.known.get(key);
        self.missed += u32::from(known.is_none());
        self.asked += 1;
        if self.asked == TRIED {
            self.useless = self.warm && self.missed > TRIED / 2;
            (self.warm, self.asked, self.missed) = (true, 0, 0);
        }
        known
    }

    /// Keeps a result, where its key is short.
    pub fn keep(&mut self, key: &[u8], outcome: Outcome) {
        if key.len() <= SHORT {
            self.size += ENTRY + key.len() + outcome.text.as_ref().map_or(0, |text| text.len());
            self.known.insert(key.into(), outcome);
        }
    }

    /// Starts anew past a number of results, and where it is not worth asking.
    pub fn bound(&mut self, most: usize) {
        if self.known.len() > most || !self.is_useful() {
            self.forget();
        }
    }

    /// Starts anew.
    pub fn forget(&mut self) {
        self.known = HashMap::new();
        self.size = 0;
    }
}
