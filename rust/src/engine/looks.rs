//! What is known of parts of a plan before any batch.

use crate::engine::plan::{Compares, Condition, Holds, Node, Value};

/// What a node reads, where it is the same wherever that is the same.
pub struct Reads {
    /// The columns, each once: slot, and how many contexts above.
    pub columns: Vec<(usize, usize)>,
    /// Whether it reads values of the file.
    pub file: bool,
    /// How many nodes, values and conditions there are; what is looked up counts as several.
    pub size: usize,
}

/// What it takes to look up what a step, a check or a concept map gave of a text, in visits.
const LOOKED_UP: usize = 4;

impl Reads {
    /// What a node reads; None where it reads other rows, the number of the record, or the place in a list.
    pub fn of(node: &Node) -> Option<Self> {
        let mut reads = Self { columns: Vec::new(), file: false, size: 0 };
        reads.node(node).then_some(reads)
    }

    fn node(&mut self, node: &Node) -> bool {
        self.size += 1;
        match node {
            Node::Json(_) => true,
            Node::Primitive(leaf) => {
                if !is_native(node) {
                    self.size += LOOKED_UP;
                }
                self.value(&leaf.value)
            }
            Node::Coded(coded) => {
                self.size += LOOKED_UP;
                self.value(&coded.value)
            }
            Node::Guard(guard) => self.condition(&guard.condition) && self.node(&guard.inner),
            Node::Object(object) => object.members.all.iter().all(|member| {
                member.list == 0
                    && member.when.as_ref().is_none_or(|when| self.condition(when))
                    && self.node(&member.child.node)
            }),
            Node::Array(array) => array.plain && array.items.iter().all(|item| self.node(&item.child.node)),
            Node::First { options, .. } => options.iter().all(|option| self.node(&option.node)),
            Node::PeriodEnd(period) => self.node(&period.start) && self.node(&period.end),
            Node::Fused(fused) => self.node(&fused.inner),
            Node::Reference(_) | Node::Position | Node::KeyedPosition { .. } => false,
        }
    }

    fn value(&mut self, value: &Value) -> bool {
        self.size += 1;
        match value {
            Value::Constant(_) => true,
            Value::Column { slot, up } => self.column(*slot, *up),
            Value::File(_) => {
                self.file = true;
                true
            }
            Value::Record => false,
            Value::Template(parts) => parts.iter().all(|part| self.value(part)),
            Value::Choice(choice) => choice.options.iter().all(|option| self.value(option)),
            Value::Step(step) => {
                self.size += LOOKED_UP;
                self.value(&step.source)
            }
        }
    }

    fn column(&mut self, slot: usize, up: usize) -> bool {
        if !self.columns.contains(&(slot, up)) {
            self.columns.push((slot, up));
        }
        true
    }

    fn condition(&mut self, condition: &Condition) -> bool {
        self.size += 1;
        match condition {
            Condition::Test(value, _) => self.value(value),
            Condition::IsOneOf { slot, up, .. } => self.column(*slot, *up),
            Condition::Exists { columns, .. } => columns.iter().all(|&(slot, up)| self.column(slot, up)),
            Condition::Compare(left, right, _) => self.value(left) && self.value(right),
            Condition::Not(inner) => self.condition(inner),
            Condition::All { parts, .. } | Condition::Some { parts, .. } => {
                parts.iter().all(|part| self.condition(part))
            }
        }
    }
}

/// The columns of which one must be there for a value to be; None where it may be without any. Slot, and how many
/// contexts above.
pub fn columns_needed(value: &Value) -> Option<Vec<(usize, usize)>> {
    match value {
        Value::Column { slot, up } => Some(vec![(*slot, *up)]),
        Value::Choice(choice) => {
            let needed: Option<Vec<_>> = choice.options.iter().map(columns_needed).collect();
            needed.map(|columns| columns.concat())
        }
        Value::Step(step) => columns_needed(&step.source),
        _ => None,
    }
}

/// Whether a value is a column, or the first that is there of several.
pub fn is_of_columns(value: &Value) -> bool {
    match value {
        Value::Column { .. } => true,
        Value::Choice(choice) => choice.options.iter().all(is_of_columns),
        _ => false,
    }
}

/// Whether a value reports something: a step may.
pub fn has_step(value: &Value) -> bool {
    match value {
        Value::Template(parts) => parts.iter().any(has_step),
        Value::Choice(choice) => choice.options.iter().any(has_step),
        Value::Step(_) => true,
        _ => false,
    }
}

/// Whether a condition reports nothing.
pub fn is_silent(condition: &Condition) -> bool {
    match condition {
        Condition::Test(value, _) => !has_step(value),
        Condition::IsOneOf { .. } | Condition::Exists { .. } => true,
        Condition::Compare(left, right, _) => !has_step(left) && !has_step(right),
        Condition::Not(inner) => is_silent(inner),
        Condition::All { silent, .. } | Condition::Some { silent, .. } => *silent,
    }
}

/// Whether it is told at little cost that a node is nothing, most of the times that it is.
pub fn is_guarded(node: &Node) -> bool {
    matches!(node, Node::Guard(guard) if is_native_condition(&guard.condition))
}

/// Whether a condition asks nothing of Python.
pub fn is_native_condition(condition: &Condition) -> bool {
    match condition {
        Condition::Test(value, holds) => !has_step(value) && !matches!(holds, Holds::Call(..)),
        Condition::IsOneOf { .. } | Condition::Exists { .. } => true,
        Condition::Compare(left, right, how) => {
            !has_step(left) && !has_step(right) && !matches!(how, Compares::Call(..))
        }
        Condition::Not(inner) => is_native_condition(inner),
        Condition::All { parts, .. } | Condition::Some { parts, .. } => parts.iter().all(is_native_condition),
    }
}

/// Whether a node is cheaper to build than to remember: constants, and leaves whose regular texts need no call.
pub fn is_native(node: &Node) -> bool {
    match node {
        Node::Json(_) => true,
        Node::Primitive(leaf) => !leaf.forms.is_empty() && leaf.forms.iter().all(|(_, form)| form.is_some()),
        Node::Guard(guard) => is_native_condition(&guard.condition) && is_native(&guard.inner),
        Node::Object(object) => object
            .members
            .all
            .iter()
            .all(|member| member.when.as_ref().is_none_or(is_native_condition) && is_native(&member.child.node)),
        Node::Array(array) => array.plain && array.items.iter().all(|item| is_native(&item.child.node)),
        Node::First { options, .. } => options.iter().all(|option| is_native(&option.node)),
        _ => false,
    }
}
