//! The plan as `plan/model.py` has it, with columns, contexts, memos and lists by number.

use std::sync::Arc;

use hashbrown::HashSet;
use pyo3::prelude::*;
use regex::Regex;

use crate::engine::forms::Form;
use crate::engine::marks::Test;

/// A text of the record.
pub enum Value {
    /// Text from the mapping.
    Constant(Box<str>),
    /// A column of the context some levels up.
    Column {
        /// Its number.
        slot: usize,
        /// How many contexts above.
        up: usize,
    },
    /// A value of the file.
    File(Box<str>),
    /// The number of the record in its file.
    Record,
    /// Texts in a row; null when any is.
    Template(Box<[Value]>),
    /// The first that is present.
    Choice(Box<Choice>),
    /// A value through a step.
    Step(Box<Step>),
}

/// Values of which the first that is present counts, and what a row must have for any of them to be.
pub struct Choice {
    pub options: Box<[Value]>,
    pub test: Test,
}

/// A step, and the memo of what it gave.
pub struct Step {
    pub source: Value,
    pub apply: Py<PyAny>,
    pub order: u32,
    pub memo: usize,
}

/// A test of one text.
pub enum Holds {
    /// That there is one.
    Present,
    /// That it is this one.
    Equals(Box<str>),
    /// That it is one of these.
    OneOf(HashSet<Box<str>>),
    /// That it matches a pattern, which says the same here and in Python.
    Matches(Arc<Regex>),
    /// What Python says.
    Call(Py<PyAny>, usize),
}

/// A test of two texts.
pub enum Compares {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
    Call(Py<PyAny>, usize),
}

/// True or false of a row.
pub enum Condition {
    Test(Value, Holds),
    /// That a column some contexts up is one of some short texts, by their views.
    IsOneOf {
        slot: usize,
        up: usize,
        views: Box<[[u8; 16]]>,
    },
    /// That a row has any of some columns, each so many contexts up.
    Exists {
        columns: Box<[(usize, usize)]>, // slot, up
        test: Test,
    },
    Compare(Value, Value, Compares),
    Not(Box<Condition>),
    /// All of them; `silent` when none reports anything, so that the first one that is false tells.
    All {
        parts: Box<[Condition]>,
        silent: bool,
    },
    Some {
        parts: Box<[Condition]>,
        silent: bool,
    },
}

/// What a node cannot do without: numbers of columns, of which one must be there; None where it needs none.
pub type Needs = Option<Box<[usize]>>;

/// A node inside another one, with what it needs there: of a batch, and of a row.
pub struct Child {
    pub node: Node,
    pub needs: Needs,
    pub test: Test,
}

/// A piece of JSON.
pub enum Node {
    Json(Box<str>),
    Primitive(Box<Primitive>),
    Coded(Box<Coded>),
    Guard(Box<Guard>),
    Object(Box<Object>),
    Array(Box<Array>),
    Reference(Box<Reference>),
    Position,
    KeyedPosition {
        list: usize,
        key: Option<Value>,
    },
    First {
        options: Box<[Child]>,
        live: usize,
    },
    PeriodEnd(Box<PeriodEnd>),
    /// A node that reads a few columns, with its memo.
    Fused(Box<Fused>),
}

/// Texts in their order, each with what a leaf makes of it where it is regular.
pub type Forms = Box<[(Value, Option<Form>)]>;

pub struct Primitive {
    pub value: Value,
    pub check: Py<PyAny>,
    pub order: u32,
    pub quoted: bool,
    /// Of its texts, the first of which that is there decides; none where what is there does not tell.
    pub forms: Forms,
    pub memo: usize,
    /// The options before a constant one: only they make it present.
    pub before: Option<Value>,
}

pub enum Shape {
    Coding,
    Concept,
    Codings,
    Concepts,
}

pub struct Coded {
    pub value: Value,
    pub translate: Py<PyAny>,
    pub order: u32,
    pub shape: Shape,
    pub memo: usize,
}

pub struct Guard {
    pub condition: Condition,
    pub inner: Node,
    pub constant: bool,
}

pub struct Member {
    pub bit: u128,       // it among the members
    pub start: Box<str>, // a comma, its name and a colon; and its text, where that is always the same
    pub child: Child,
    pub absent: Option<Box<str>>, // with a comma too
    pub when: Option<Condition>,
    pub silent: bool, // its condition reports nothing
    pub list: usize,  // the number of the list that `$position` asks for; 0: none
}

/// An element that must be there, and the members that can give it.
pub struct Required {
    pub members: u128,
    pub order: u32,
}

/// Members of one choice, in order.
pub struct Exclusive {
    pub members: Box<[usize]>,
    pub order: u32,
}

pub struct Members {
    pub all: Box<[Member]>,
    /// Those that are evaluated before the others, and stand where the file has them.
    pub early: Box<[usize]>,
    pub exclusive: Box<[Exclusive]>,
    /// Those that exclude others, a bit each.
    pub chosen: u128,
    pub required: Box<[Required]>,
    pub live: usize,
}

pub struct Object {
    pub members: Members,
    pub reads: bool,
}

/// Rows of another context: from the row some contexts up, through the rows of each of `down`.
pub struct Each {
    pub up: usize,
    pub down: Box<[usize]>,
}

pub struct Item {
    pub child: Child,
    pub each: Option<Each>,
    pub distinct: Option<Value>,
}

pub struct Array {
    pub items: Box<[Item]>,
    pub plain: bool,
    pub single: bool,
    pub live: usize,
}

pub struct Reference {
    pub rule: usize,
    pub up: usize,
    pub start: Box<str>,
    pub members: Option<Members>,
}

pub struct PeriodEnd {
    pub start: Node,
    pub end: Node,
    pub order: u32,
    pub memo: usize,
}

pub struct Fused {
    pub columns: Box<[(usize, usize)]>, // slot, up
    pub inner: Node,
    pub memo: usize,
}

/// How two contents of one id become one, where they are not the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    First,
    Richest,
    Union,
}

/// What makes the resources of a rule, and their ids.
pub struct Identity {
    /// What a derived id is made of before the parts of its key: namespace and type.
    pub hashed: Box<[u8]>,
    pub context: usize,
    pub when: Option<Condition>,
    pub needs: Needs, // of the condition
    pub test: Test,
    pub key: Box<[Value]>,
    pub explicit: Option<(Value, Py<PyAny>, usize)>, // the text, its check and the memo
    pub silent: bool,                                // its key reports nothing
    pub merge: Option<Merge>,
    pub shares: bool, // whether it may build an id twice within a record, or one that another rule builds
    pub order: u32,
}

/// A rule's body.
pub struct Body {
    pub start: Box<str>,
    pub members: Members,
    /// The columns that its nodes need.
    pub needs: Box<[usize]>,
    /// Which of them there were when its live children were last listed; empty before.
    pub pruned: Vec<bool>,
}

/// A context: the one that it stands in, and how many are around it.
pub struct Context {
    pub name: String,
    pub parent: Option<usize>,
    pub depth: usize,
}
