//! What a node cannot do without, told of it when it has been read: what `engine/needs.py` says of the plan's.

use super::Reading;
use crate::engine::looks::has_step;
use crate::engine::plan::{Array, Condition, Members, Needs, Node, Value};

impl Reading {
    /// What a rule needs to have rows, or to report something of what it is built for.
    pub(super) fn rule_needs(&self, context: usize, when: Option<&Condition>) -> Needs {
        let needs = when.and_then(|when| any([self.condition_needs(when), self.stepped_needs(when)]));
        needs.or_else(|| Some([self.rows[context]].into()))
    }

    /// What the resources of a rule need to be built, and to have an id. A reference reports nothing.
    pub(super) fn identity_needs(&self, when: Option<&Condition>, id: &[Value]) -> Needs {
        let when = when.and_then(|when| self.condition_needs(when));
        smallest(std::iter::once(when).chain(id.iter().map(|part| self.value_needs(part))))
    }

    /// What a node needs to have a fragment, or to report something. What is inside it has been told of before.
    pub(super) fn node_needs(&self, node: &Node) -> Needs {
        match node {
            Node::Primitive(leaf) => self.value_needs(&leaf.value),
            Node::Coded(coded) => self.value_needs(&coded.value),
            Node::Guard(guard) => {
                let both = smallest([self.condition_needs(&guard.condition), self.node_needs(&guard.inner)]);
                any([both, self.stepped_needs(&guard.condition)])
            }
            Node::Fused(fused) => self.node_needs(&fused.inner),
            Node::Object(object) if object.reads => self.members_needs(&object.members),
            Node::Array(array) => self.array_needs(array),
            Node::First { options, .. } => any(options.iter().map(|option| option.needs.clone())),
            Node::PeriodEnd(period) => self.node_needs(&period.end),
            Node::Reference(reference) => self.heads[reference.rule].needs.clone(),
            Node::Json(_) | Node::Object(_) | Node::Position | Node::KeyedPosition { .. } => None,
        }
    }

    fn members_needs(&self, members: &Members) -> Needs {
        let tested = members.all.iter().filter_map(|member| member.when.as_ref());
        let tested = tested.map(|when| self.stepped_needs(when));
        let inside = members.all.iter().map(|member| self.presence(&member.child.node, &member.child.needs));
        any(tested.chain(inside))
    }

    /// What a member needs to make its object present: a constant never does.
    fn presence(&self, node: &Node, needs: &Needs) -> Needs {
        match node {
            Node::Json(_) | Node::Position | Node::KeyedPosition { .. } => Some(Box::default()),
            Node::Primitive(leaf) => match &leaf.before {
                Some(before) => self.value_needs(before),
                None => needs.clone(),
            },
            Node::Fused(fused) => self.presence(&fused.inner, needs),
            _ => needs.clone(),
        }
    }

    fn array_needs(&self, array: &Array) -> Needs {
        any(array.items.iter().map(|item| {
            let rows = item.each.as_ref().and_then(|each| each.down.last());
            match (&item.child.needs, rows) {
                (None, Some(&context)) => Some([self.rows[context]].into()),
                (needs, _) => needs.clone(),
            }
        }))
    }

    /// What a value needs to be something, or to report something.
    fn value_needs(&self, value: &Value) -> Needs {
        match value {
            Value::Column { slot, .. } => Some([self.needed[*slot]].into()),
            Value::Template(parts) if has_step(value) => {
                let is_unreported = |part: &&Value| matches!(part, Value::Constant(_) | Value::File(_) | Value::Record);
                any(parts.iter().filter(|part| !is_unreported(part)).map(|part| self.value_needs(part)))
            }
            Value::Template(parts) => smallest(parts.iter().map(|part| self.value_needs(part))),
            Value::Choice(choice) => any(choice.options.iter().map(|option| self.value_needs(option))),
            Value::Step(step) => self.value_needs(&step.source),
            Value::Constant(_) | Value::File(_) | Value::Record => None,
        }
    }

    /// What a condition needs to be true.
    fn condition_needs(&self, condition: &Condition) -> Needs {
        match condition {
            Condition::Test(value, _) => self.value_needs(value),
            Condition::IsOneOf { slot, .. } => Some([self.needed[*slot]].into()),
            Condition::Exists { columns, .. } => any(columns.iter().map(|&(slot, _)| Some([self.needed[slot]].into()))),
            Condition::Compare(left, right, _) => smallest([self.value_needs(left), self.value_needs(right)]),
            Condition::Not(_) => None,
            Condition::All { parts, .. } => smallest(parts.iter().map(|part| self.condition_needs(part))),
            Condition::Some { parts, .. } => any(parts.iter().map(|part| self.condition_needs(part))),
        }
    }

    /// What a condition needs to report something: steps do.
    fn stepped_needs(&self, condition: &Condition) -> Needs {
        let of = |value: &Value| if has_step(value) { self.value_needs(value) } else { Some(Box::default()) };
        match condition {
            Condition::Test(value, _) => of(value),
            Condition::IsOneOf { .. } | Condition::Exists { .. } => Some(Box::default()),
            Condition::Compare(left, right, _) => any([of(left), of(right)]),
            Condition::Not(inner) => self.stepped_needs(inner),
            Condition::All { parts, .. } | Condition::Some { parts, .. } => {
                any(parts.iter().map(|part| self.stepped_needs(part)))
            }
        }
    }
}

/// Of what is something where one of several is.
fn any(needs: impl IntoIterator<Item = Needs>) -> Needs {
    let mut found: Vec<usize> = Vec::new();
    for one in needs {
        found.extend_from_slice(&one?);
    }
    found.sort_unstable();
    found.dedup();
    Some(found.into())
}

/// Of what is something only where all of several are: one says as much as all.
fn smallest(needs: impl IntoIterator<Item = Needs>) -> Needs {
    needs.into_iter().flatten().min_by_key(|one| one.len())
}
