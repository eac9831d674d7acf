//! Reads nodes and rules.

use std::slice::from_ref;

use pyo3::prelude::*;

use super::kinds::Kind;
use super::{ASKED, Any, Head, Reading, all, field, optional, text, texts, unknown};
use crate::engine::forms::Form;
use crate::engine::looks::{Reads, has_step, is_guarded, is_native, is_native_condition, is_silent};
use crate::engine::marks::Test;
use crate::engine::plan::{
    Array, Body, Child, Coded, Each, Exclusive, Forms, Fused, Guard, Identity, Item, Member, Members, Merge, Node,
    Object, PeriodEnd, Primitive, Reference, Required, Shape,
};

/// Columns by which a node is remembered, at most.
const COLUMNS: usize = 8;
/// Nodes, values and conditions that take longer than to look a few columns up.
const LARGE: usize = 8;

/// A node that is remembered by so many columns, without the memos inside it that have as many: they are the same ones,
/// and what is asked of those inside was new outside.
fn remembered_once(mut node: Node, columns: usize) -> Node {
    let child = |child: &mut Child| take_memo(&mut child.node, columns);
    match &mut node {
        Node::Guard(guard) => take_memo(&mut guard.inner, columns),
        Node::Object(object) => object.members.all.iter_mut().for_each(|member| child(&mut member.child)),
        Node::Array(array) => array.items.iter_mut().for_each(|item| child(&mut item.child)),
        Node::First { options, .. } => options.iter_mut().for_each(child),
        _ => {}
    }
    node
}

fn take_memo(node: &mut Node, columns: usize) {
    let inner = std::mem::replace(node, Node::Position);
    *node = remembered_once(
        match inner {
            Node::Fused(fused) if fused.columns.len() == columns => fused.inner,
            other => other,
        },
        columns,
    );
}

impl Reading {
    fn child(&mut self, node: &Any<'_>) -> PyResult<Child> {
        let around = std::mem::take(&mut self.sideways);
        let node = self.node(node)?;
        let needs = self.node_needs(&node);
        self.asked.extend(needs.iter().flatten());
        // what is needed of a row's neighbours the row itself may lack
        let test = if self.sideways { Test::Open } else { self.test(self.here, &needs) };
        self.sideways |= around;
        Ok(Child { test, needs, node: self.fuse(node) })
    }

    /// The node, remembered by what it reads where that is a few columns, and building it takes longer.
    ///
    /// A condition that asks nothing of Python is not: to see that it is false takes less than to look its columns up.
    fn fuse(&mut self, node: Node) -> Node {
        match node {
            Node::Guard(guard) if is_native_condition(&guard.condition) => {
                let Guard { condition, inner, constant } = *guard;
                return Node::Guard(Box::new(Guard { condition, inner: self.fuse(inner), constant }));
            }
            Node::First { ref options, .. } if options.iter().all(|option| is_guarded(&option.node)) => return node,
            _ => {}
        }
        if !matches!(node, Node::Fused(_) | Node::PeriodEnd(_))
            && let Some(reads) = Reads::of(&node)
            && (2..=COLUMNS).contains(&reads.columns.len())
            && reads.size >= LARGE
        {
            let memo = self.memo(reads.file, reads.size);
            let inner = remembered_once(node, reads.columns.len());
            return Node::Fused(Box::new(Fused { columns: reads.columns.into(), inner, memo }));
        }
        node
    }

    fn node(&mut self, node: &Any<'_>) -> PyResult<Node> {
        Ok(match self.kind(node) {
            Kind::Json => Node::Json(text(field!(node, "text")?)?),
            Kind::Primitive => Node::Primitive(Box::new(self.primitive(node)?)),
            Kind::Coded => Node::Coded(Box::new(self.coded(node)?)),
            Kind::Guard => {
                let inner = field!(node, "node")?;
                Node::Guard(Box::new(Guard {
                    condition: self.condition(&field!(node, "condition")?)?,
                    constant: !self.reads_record(&inner)?,
                    inner: self.node(&inner)?,
                }))
            }
            Kind::Object => Node::Object(Box::new(Object {
                members: self.members(node, &[])?,
                reads: field!(node, "reads")?.extract()?,
            })),
            Kind::Array => Node::Array(Box::new(self.array(node)?)),
            Kind::Reference => Node::Reference(Box::new(self.reference(node)?)),
            Kind::Position => self.position(node)?,
            Kind::First => {
                let options = all(field!(node, "options")?)?;
                let options = options.iter().map(|option| self.child(option)).collect::<PyResult<_>>()?;
                Node::First { options, live: self.live() }
            }
            Kind::PeriodEnd => Node::PeriodEnd(Box::new(PeriodEnd {
                start: self.node(&field!(node, "start")?)?,
                end: self.node(&field!(node, "end")?)?,
                order: field!(node, "order")?.extract()?,
                memo: self.memo(false, ASKED),
            })),
            Kind::Fused => self.fused(node)?,
            _ => return Err(unknown("node")),
        })
    }

    fn primitive(&mut self, node: &Any<'_>) -> PyResult<Primitive> {
        let source = field!(node, "value")?;
        let value = self.value(&source)?;
        let bound = field!(node, "bound")?.extract::<bool>()?;
        let forms = if bound { Box::default() } else { self.forms(&source, &text(field!(node, "type")?)?)? };
        Ok(Primitive {
            value,
            check: field!(node, "check")?.unbind(),
            order: field!(node, "order")?.extract()?,
            quoted: &*text(field!(node, "json")?)? == "string",
            forms,
            memo: self.memo(false, ASKED),
            before: self.falls_back(&source)?,
        })
    }

    /// The texts that a leaf of a type reads, each with its form; none where one of them cannot be told without steps.
    fn forms(&mut self, value: &Any<'_>, kind: &str) -> PyResult<Forms> {
        let options =
            if self.kind(value) == Kind::Choice { all(field!(value, "options")?)? } else { vec![value.clone()] };
        let mut forms = Vec::new();
        for option in options {
            let (read, form) = if self.kind(&option) == Kind::Stepped {
                let is_bare = field!(option, "args")?.len()? == 0;
                let form = if is_bare { Form::of_step(&text(field!(option, "name")?)?, kind) } else { None };
                (self.value(&field!(option, "source")?)?, form)
            } else {
                (self.value(&option)?, Form::of_text(kind))
            };
            if has_step(&read) {
                return Ok(Box::default());
            }
            forms.push((read, form));
        }
        Ok(if forms.iter().any(|(_, form)| form.is_some()) { forms.into() } else { Box::default() })
    }

    fn coded(&mut self, node: &Any<'_>) -> PyResult<Coded> {
        Ok(Coded {
            value: self.value(&field!(node, "value")?)?,
            translate: field!(node, "translate")?.unbind(),
            order: field!(node, "order")?.extract()?,
            shape: match &*text(field!(node, "shape")?)? {
                "coding" => Shape::Coding,
                "concept" => Shape::Concept,
                "codings" => Shape::Codings,
                "concepts" => Shape::Concepts,
                other => return Err(unknown(other)),
            },
            memo: self.memo(false, ASKED),
        })
    }

    /// The members of an object or a reference; those named in `first` are lists that `$position` asks for.
    fn members(&mut self, node: &Any<'_>, first: &[Box<str>]) -> PyResult<Members> {
        let members = all(field!(node, "members")?)?;
        let mut made = Vec::with_capacity(members.len());
        let mut names = Vec::with_capacity(members.len());
        let mut early = Vec::new();
        for (number, member) in members.iter().enumerate() {
            let name = text(field!(member, "name")?)?;
            let when = optional(field!(member, "when")?).map(|when| self.condition(&when)).transpose()?;
            let list = if first.contains(&name) { self.list(&name) } else { 0 };
            if list > 0 {
                early.push(number);
            }
            let mut child = self.child(&field!(member, "node")?)?;
            let mut start = format!(",\"{name}\":");
            if let Node::Json(constant) = &mut child.node {
                start.push_str(&std::mem::take(constant));
            }
            let absent = optional(field!(member, "absent")?).map(text).transpose()?;
            made.push(Member {
                bit: 1u128.checked_shl(number as u32).ok_or_else(|| unknown("list of members"))?,
                start: start.into(),
                child,
                absent: absent.map(|absent| format!(",{absent}").into()),
                silent: when.as_ref().is_none_or(is_silent),
                when,
                list,
            });
            names.push(name);
        }
        if (1..names.len()).any(|number| names[..number].contains(&names[number])) {
            return Err(unknown("list of members"));
        }
        let place = |name: &str| names.iter().position(|known| **known == *name);
        let mut required = Vec::new();
        let mut exclusive: Vec<Exclusive> = Vec::new();
        if self.kind(node) == Kind::Object {
            for item in all(field!(node, "required")?)? {
                let given = texts(field!(item, "members")?)?;
                let members = given.iter().filter_map(|name| place(name)).fold(0u128, |mask, place| mask | 1 << place);
                required.push(Required { members, order: field!(item, "order")?.extract()? });
            }
            for choice in all(field!(node, "exclusive")?)? {
                let given = texts(field!(choice, "members")?)?;
                let members = given.iter().filter_map(|name| place(name)).collect();
                exclusive.push(Exclusive { members, order: field!(choice, "order")?.extract()? });
            }
        }
        Ok(Members {
            all: made.into(),
            early: early.into(),
            chosen: exclusive.iter().flat_map(|choice| &choice.members).fold(0, |mask, place| mask | 1 << place),
            exclusive: exclusive.into(),
            required: required.into(),
            live: self.live(),
        })
    }

    fn array(&mut self, node: &Any<'_>) -> PyResult<Array> {
        let mut items = Vec::new();
        for item in all(field!(node, "items")?)? {
            let each = match optional(field!(item, "each")?) {
                None => None,
                Some(each) => {
                    let down = texts(field!(each, "down")?)?;
                    let down = down.iter().map(|name| self.number(name)).collect::<PyResult<_>>()?;
                    Some(Each { up: field!(each, "up")?.extract()?, down })
                }
            };
            let around = self.here;
            self.here = self.context_of(each.as_ref());
            let distinct = optional(field!(item, "distinct")?).map(|value| self.value(&value)).transpose()?;
            let mut child = self.child(&field!(item, "node")?)?;
            self.here = around;
            self.sideways |= each.as_ref().is_some_and(|each| each.up > 0);
            if distinct.as_ref().is_some_and(has_step) {
                (child.needs, child.test) = (None, Test::Open); // what it is told apart by may have a finding, whatever becomes of the node
            }
            items.push(Item { child, each, distinct });
        }
        Ok(Array {
            items: items.into(),
            plain: field!(node, "plain")?.extract()?,
            single: field!(node, "single")?.extract()?,
            live: self.live(),
        })
    }

    /// The context that an item stands for rows of.
    fn context_of(&self, each: Option<&Each>) -> usize {
        let mut context = self.here;
        if let Some(Each { up, down }) = each {
            for _ in 0..*up {
                context = self.contexts[context].parent.unwrap_or(context);
            }
            context = down.last().copied().unwrap_or(context);
        }
        context
    }

    fn reference(&mut self, node: &Any<'_>) -> PyResult<Reference> {
        let name = text(field!(node, "rule")?)?;
        let rule = self.rules.get(&*name).copied().ok_or_else(|| unknown("rule"))?;
        let members = if field!(node, "members")?.len()? == 0 { None } else { Some(self.members(node, &[])?) };
        let resource = &self.heads[rule].resource;
        Ok(Reference {
            rule,
            up: field!(node, "up")?.extract()?,
            start: format!("{{\"reference\":\"{resource}/").into(),
            members,
        })
    }

    fn position(&mut self, node: &Any<'_>) -> PyResult<Node> {
        let list = text(field!(node, "list")?)?;
        if list.is_empty() {
            return Ok(Node::Position);
        }
        let key = optional(field!(node, "key")?).map(|key| self.value(&key)).transpose()?;
        Ok(Node::KeyedPosition { list: self.list(&list), key })
    }

    /// A node with its memo; without one where it is as cheap to build as to remember.
    fn fused(&mut self, node: &Any<'_>) -> PyResult<Node> {
        let column = optional(field!(node, "column")?).map(|column| self.column(&column)).transpose()?;
        let inner = self.node(&field!(node, "node")?)?;
        let (of_file, size) = Reads::of(&inner).map_or((true, usize::MAX), |reads| (reads.file, reads.size));
        if is_native(&inner) && size < LARGE {
            return Ok(inner);
        }
        let memo = self.memo(of_file, size);
        Ok(Node::Fused(Box::new(Fused { columns: column.into_iter().collect(), inner, memo })))
    }

    /// What makes the ids of a rule.
    pub fn identity(&mut self, rule: &Any<'_>) -> PyResult<Identity> {
        let context = self.number(&text(field!(rule, "context")?)?)?;
        self.here = context;
        let key = self.values(field!(rule, "key")?)?;
        let explicit = match (optional(field!(rule, "id")?), optional(field!(rule, "id_check")?)) {
            (Some(id), Some(check)) => Some((self.value(&id)?, check.unbind(), self.memo(false, ASKED))),
            _ => None,
        };
        let when = optional(field!(rule, "when")?).map(|when| self.condition(&when)).transpose()?;
        let resource = text(field!(rule, "resource")?)?;
        self.heads.push(Head {
            resource: resource.clone(),
            needs: self.identity_needs(when.as_ref(), explicit.as_ref().map_or(&key, |(id, ..)| from_ref(id))),
        });
        let needs = self.rule_needs(context, when.as_ref());
        Ok(Identity {
            hashed: [&*self.namespace, resource.as_bytes()].concat().into(),
            context,
            test: self.test(context, &needs),
            needs,
            when,
            silent: !key.iter().any(has_step),
            key,
            explicit,
            merge: match optional(field!(rule, "merge")?).map(text).transpose()?.as_deref() {
                None => None,
                Some("first") => Some(Merge::First),
                Some("richest") => Some(Merge::Richest),
                Some("union") => Some(Merge::Union),
                Some(_) => return Err(unknown("way to merge")),
            },
            shares: self.fact("shares", &field!(rule, "number")?)?.extract()?,
            order: field!(rule, "order")?.extract()?,
        })
    }

    /// What makes its resources.
    pub fn body(&mut self, rule: &Any<'_>) -> PyResult<Body> {
        let lists = texts(field!(rule, "lists")?)?;
        self.here = self.number(&text(field!(rule, "context")?)?)?;
        let resource = text(field!(rule, "resource")?)?;
        self.asked.clear();
        let members = self.members(&field!(rule, "body")?, &lists)?;
        self.asked.sort_unstable();
        self.asked.dedup();
        Ok(Body {
            start: format!("{{\"resourceType\":\"{resource}\",\"id\":\"").into(),
            members,
            needs: self.asked.as_slice().into(),
            pruned: Vec::new(),
        })
    }
}
