//! What a function of a text gave, by the text.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Bytes of a text that is worth remembering.
const SHORT: usize = 512;

/// Bytes of all texts of one function, at most: places are numbers of 32 bits.
const ROOM: usize = 1 << 30;

/// A finding of a text: its place in the plan, and the number of its code.
pub type Noted = (u32, u16);

/// A result: a text, or none; whether it is present, or true; what is to be noted of it.
#[derive(Default)]
pub struct Outcome {
    /// A value, or a fragment of JSON.
    pub text: Option<Box<str>>,
    /// Of a fragment: presence. Of a condition: whether it holds.
    pub holds: bool,
    /// Without repeats.
    pub noted: Box<[Noted]>,
}

impl Outcome {
    /// It as it will be remembered.
    pub fn known(&self) -> Known<'_> {
        Known { text: self.text.as_ref().map(|text| text.as_bytes()), holds: self.holds, noted: &self.noted }
    }
}

/// A result that is remembered.
pub struct Known<'a> {
    /// The bytes of the text.
    pub text: Option<&'a [u8]>,
    pub holds: bool,
    pub noted: &'a [Noted],
}

impl Known<'_> {
    /// The text.
    pub fn as_str(&self) -> Option<&str> {
        self.text.map(|text| std::str::from_utf8(text).expect("a text is remembered whole"))
    }
}

/// Where a result stands: its key and, right behind it, its text. Four fit into a line of the cache.
#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    at: u32,
    text: u32, // its length; `NONE` of none
    key: u16,
    noted: u16, // the number of its findings, and whether it holds
}

const NONE: u32 = u32::MAX;
const HOLDS: u16 = 1 << 15;

/// The results of one function.
#[derive(Default)]
pub struct Memo {
    entries: HashTable<Entry>,
    last: Option<Entry>,
    bytes: Vec<u8>,
    noted: Vec<Box<[Noted]>>, // the findings that results have, each list once; those of the first are none
    hasher: DefaultHashBuilder,
    /// Whether the results hang on the values of the file.
    pub of_file: bool,
    cost: u32,
    asked: u32,
    missed: u32,
    warm: bool,
    useless: bool,
}

/// Where a table looks for an entry: by its last bits, and tells it apart by its first ones. So a table that grows need
/// not hash its keys again.
fn place(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// Whether two keys are the same: those of views word by word, which takes no call.
#[inline(always)]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() || one.len() < WORD {
        return one == other;
    }
    let word = |bytes: &[u8]| bytes.first_chunk().map(|word| u128::from_ne_bytes(*word));
    let last = one.len() - WORD;
    let mut words = one.chunks_exact(WORD).zip(other.chunks_exact(WORD));
    word(&one[last..]) == word(&other[last..]) && words.all(|(one, other)| word(one) == word(other))
}

/// Bytes that are compared at a time: those of a view.
const WORD: usize = 16;

/// What it takes to look a key up, and to keep a result, in visits of nodes, values and conditions.
const LOOK: u32 = 4;
const KEEP: u32 = 12;

/// Times that a memo is asked before it is judged, when it has been asked as often before.
const TRIED: u32 = 3_000;

impl Memo {
    /// Nothing is known yet.
    ///
    /// `cost` is the size of what makes a result: nodes, values and conditions.
    pub fn new(of_file: bool, cost: usize) -> Self {
        let cost = u32::try_from(cost).unwrap_or(u32::MAX);
        Self { of_file, cost, noted: vec![Box::default()], ..Self::default() }
    }

    /// Whether it is worth asking: not where it saves less than it takes.
    #[inline]
    pub fn is_useful(&self) -> bool {
        !self.useless
    }

    /// What is known of a key.
    #[inline(always)]
    pub fn get(&mut self, key: &[u8]) -> Option<Known<'_>> {
        let found = match self.last {
            Some(last) if self.is_of(&last, key) => self.last, // what came last often comes again
            _ => self.find(key),
        };
        self.missed += u32::from(found.is_none());
        self.asked += 1;
        if self.asked == TRIED {
            let saved = u64::from(TRIED - self.missed) * u64::from(self.cost);
            self.useless = self.warm && saved < u64::from(LOOK * TRIED + KEEP * self.missed);
            (self.warm, self.asked, self.missed) = (true, 0, 0);
        }
        let entry = found?;
        self.last = Some(entry);
        let from = entry.at as usize + usize::from(entry.key);
        let text = (entry.text != NONE).then(|| &self.bytes[from..from + entry.text as usize]);
        Some(Known { text, holds: entry.noted & HOLDS != 0, noted: &self.noted[usize::from(entry.noted & !HOLDS)] })
    }

    #[inline(never)]
    fn find(&self, key: &[u8]) -> Option<Entry> {
        let hash = self.hasher.hash_one(key) as u32;
        self.entries.find(place(hash), |entry| entry.hash == hash && self.is_of(entry, key)).copied()
    }

    #[inline(always)]
    fn is_of(&self, entry: &Entry, key: &[u8]) -> bool {
        let from = entry.at as usize;
        is_same(&self.bytes[from..from + usize::from(entry.key)], key)
    }

    /// Keeps a result, where its key is short.
    pub fn keep(&mut self, key: &[u8], known: &Known<'_>) {
        let text = known.text.unwrap_or_default();
        if key.len() > SHORT || self.bytes.len() + key.len() + text.len() > ROOM {
            return;
        }
        let noted = self.noted.iter().position(|list| **list == *known.noted).unwrap_or_else(|| {
            self.noted.push(known.noted.into());
            self.noted.len() - 1
        });
        if noted >= usize::from(HOLDS) {
            return;
        }
        let hash = self.hasher.hash_one(key) as u32;
        let entry = Entry {
            hash,
            at: self.bytes.len() as u32,
            text: known.text.map_or(NONE, |text| text.len() as u32),
            key: key.len() as u16,
            noted: noted as u16 | if known.holds { HOLDS } else { 0 },
        };
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(text);
        self.entries.insert_unique(place(hash), entry, |entry| place(entry.hash));
    }

    /// Bytes of its keys and results.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    /// Starts anew past a number of results, and where it is not worth asking.
    pub fn bound(&mut self, most: usize) {
        if self.entries.len() > most || !self.is_useful() {
            self.forget();
        }
    }

    /// Starts anew.
    pub fn forget(&mut self) {
        (self.entries, self.last, self.bytes) = (HashTable::new(), None, Vec::new());
        self.noted.truncate(1);
    }
}
