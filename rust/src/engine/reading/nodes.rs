//! Reads nodes and rules.

use pyo3::prelude::*;

use super::{ASKED, Any, Reading, all, is_kind, kind, optional, text, unknown};
use crate::engine::forms::Form;
use crate::engine::looks::{Reads, has_step, is_guarded, is_native, is_native_condition, is_silent, size_of};
use crate::engine::plan::{
    Array, Body, Child, Coded, Each, Exclusive, Forms, Fused, Guard, Identity, Item, Member, Members, Merge, Needs,
    Node, Object, PeriodEnd, Primitive, Reference, Required, Shape,
};

/// Columns by which a node is remembered, at most.
const COLUMNS: usize = 8;
/// Nodes, values and conditions that take longer than to look a few columns up.
const LARGE: usize = 8;

impl Reading {
    fn needs(&self, found: &Any<'_>) -> PyResult<Needs> {
        if found.is_none() {
            return Ok(None);
        }
        let mut slots = Vec::new();
        for need in found.try_iter()? {
            let (context, name): (String, String) = need?.extract()?;
            // a column that no rule reads is never there
            slots.extend(self.slots.get(&(self.number(&context)?, name)));
        }
        slots.sort_unstable();
        Ok(Some(slots.into()))
    }

    fn child(&mut self, node: &Any<'_>) -> PyResult<Child> {
        let needs = self.needs(&self.fact("needs", node)?)?;
        self.asked.extend(needs.iter().flatten());
        let node = self.node(node)?;
        Ok(Child { test: self.test(self.here, &needs), needs, node: self.fuse(node) })
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
            return Node::Fused(Box::new(Fused { columns: reads.columns.into(), inner: node, memo }));
        }
        node
    }

    fn node(&mut self, node: &Any<'_>) -> PyResult<Node> {
        Ok(match kind(node)?.as_str() {
            "Json" => Node::Json(text(node, "text")?.into()),
            "Primitive" => Node::Primitive(Box::new(self.primitive(node)?)),
            "Coded" => Node::Coded(Box::new(self.coded(node)?)),
            "Guard" => {
                let inner = node.getattr("node")?;
                Node::Guard(Box::new(Guard {
                    condition: self.condition(&node.getattr("condition")?)?,
                    constant: !self.fact("reads_record", &inner)?.extract::<bool>()?,
                    inner: self.node(&inner)?,
                }))
            }
            "Object" => Node::Object(Box::new(Object {
                members: self.members(node, &[])?,
                reads: node.getattr("reads")?.extract()?,
            })),
            "Array" => Node::Array(Box::new(self.array(node)?)),
            "Reference" => Node::Reference(Box::new(self.reference(node)?)),
            "Position" => self.position(node)?,
            "First" => {
                let options = all(node, "options")?.iter().map(|option| self.child(option)).collect::<PyResult<_>>()?;
                Node::First { options, live: self.live() }
            }
            "PeriodEnd" => Node::PeriodEnd(Box::new(PeriodEnd {
                start: self.node(&node.getattr("start")?)?,
                end: self.node(&node.getattr("end")?)?,
                order: node.getattr("order")?.extract()?,
                memo: self.memo(false, ASKED),
            })),
            "Fused" => self.fused(node)?,
            other => return Err(unknown(other)),
        })
    }

    fn primitive(&mut self, node: &Any<'_>) -> PyResult<Primitive> {
        let value = self.value(&node.getattr("value")?)?;
        let before = self.fact("falls_back", &node.getattr("value")?)?;
        let quoted = text(node, "json")? == "string";
        let bound = node.getattr("bound")?.extract::<bool>()?;
        let kind = text(node, "type")?;
        let forms = if bound { Box::default() } else { self.forms(&node.getattr("value")?, &kind)? };
        Ok(Primitive {
            value,
            check: node.getattr("check")?.unbind(),
            order: node.getattr("order")?.extract()?,
            quoted,
            forms,
            memo: self.memo(false, ASKED),
            before: if before.is_none() { None } else { Some(self.value(&before)?) },
        })
    }

    /// The texts that a leaf of a type reads, each with its form; none where one of them cannot be told without steps.
    fn forms(&mut self, value: &Any<'_>, kind: &str) -> PyResult<Forms> {
        let options = if is_kind(value, "Choice")? { all(value, "options")? } else { vec![value.clone()] };
        let mut forms = Vec::new();
        for option in options {
            let (read, form) = if is_kind(&option, "Stepped")? {
                let is_bare = option.getattr("args")?.len()? == 0;
                let form = if is_bare { Form::of_step(&text(&option, "name")?, kind) } else { None };
                (self.value(&option.getattr("source")?)?, form)
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
            value: self.value(&node.getattr("value")?)?,
            translate: node.getattr("translate")?.unbind(),
            order: node.getattr("order")?.extract()?,
            shape: match text(node, "shape")?.as_str() {
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
    fn members(&mut self, node: &Any<'_>, first: &[String]) -> PyResult<Members> {
        let members = all(node, "members")?;
        let mut made = Vec::with_capacity(members.len());
        let mut names = Vec::with_capacity(members.len());
        let mut early = Vec::new();
        for (number, member) in members.iter().enumerate() {
            let name = text(member, "name")?;
            let when = optional(member, "when")?.map(|when| self.condition(&when)).transpose()?;
            let list = if first.contains(&name) { self.list(&name) } else { 0 };
            if list > 0 {
                early.push(number);
            }
            made.push(Member {
                start: format!("\"{name}\":").into(),
                child: self.child(&member.getattr("node")?)?,
                absent: optional(member, "absent")?.map(|text| text.extract::<String>()).transpose()?.map(Into::into),
                silent: when.as_ref().is_none_or(is_silent),
                when,
                list,
            });
            names.push(name);
        }
        if made.len() > 128 || (1..names.len()).any(|number| names[..number].contains(&names[number])) {
            return Err(unknown("list of members"));
        }
        let place = |name: &String| names.iter().position(|known| known == name);
        let mut required = Vec::new();
        let mut exclusive: Vec<Exclusive> = Vec::new();
        if kind(node)? == "Object" {
            for item in all(node, "required")? {
                let given: Vec<String> = item.getattr("members")?.extract()?;
                let members = given.iter().filter_map(place).fold(0u128, |mask, place| mask | 1 << place);
                required.push(Required { members, order: item.getattr("order")?.extract()? });
            }
            for choice in all(node, "exclusive")? {
                let given: Vec<String> = choice.getattr("members")?.extract()?;
                let members = given.iter().filter_map(place).collect();
                exclusive.push(Exclusive { members, order: choice.getattr("order")?.extract()? });
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
        for item in all(node, "items")? {
            let each = match optional(&item, "each")? {
                None => None,
                Some(each) => {
                    let down: Vec<String> = each.getattr("down")?.extract()?;
                    let down = down.iter().map(|name| self.number(name)).collect::<PyResult<_>>()?;
                    Some(Each { up: each.getattr("up")?.extract()?, down })
                }
            };
            let around = self.here;
            self.here = self.context_of(each.as_ref());
            let distinct = optional(&item, "distinct")?.map(|value| self.value(&value)).transpose()?;
            let mut child = self.child(&item.getattr("node")?)?;
            self.here = around;
            if distinct.as_ref().is_some_and(has_step) {
                (child.needs, child.test) = (None, None); // what it is told apart by may have a finding, whatever becomes of the node
            }
            items.push(Item { child, each, distinct });
        }
        Ok(Array {
            items: items.into(),
            plain: node.getattr("plain")?.extract()?,
            single: node.getattr("single")?.extract()?,
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
        let name = text(node, "rule")?;
        let rule = self.rules.get(&name).copied().ok_or_else(|| unknown("rule"))?;
        let members = if node.getattr("members")?.len()? == 0 { None } else { Some(self.members(node, &[])?) };
        let resource: String = self.fact("resource", &node.getattr("rule")?)?.extract()?;
        Ok(Reference {
            rule,
            up: node.getattr("up")?.extract()?,
            start: format!("{{\"reference\":\"{resource}/").into(),
            members,
        })
    }

    fn position(&mut self, node: &Any<'_>) -> PyResult<Node> {
        let list = text(node, "list")?;
        if list.is_empty() {
            return Ok(Node::Position);
        }
        let key = optional(node, "key")?.map(|key| self.value(&key)).transpose()?;
        Ok(Node::KeyedPosition { list: self.list(&list), key })
    }

    /// A node with its memo; without one where it is as cheap to build as to remember.
    fn fused(&mut self, node: &Any<'_>) -> PyResult<Node> {
        let column = optional(node, "column")?.map(|column| self.column(&column)).transpose()?;
        let inner = node.getattr("node")?;
        let of_file = self.fact("reads_file", &inner)?.extract()?;
        let inner = self.node(&inner)?;
        if is_native(&inner) && size_of(&inner) < LARGE {
            return Ok(inner);
        }
        let memo = self.memo(of_file, size_of(&inner));
        Ok(Node::Fused(Box::new(Fused { columns: column.into_iter().collect(), inner, memo })))
    }

    /// What makes the ids of a rule.
    pub fn identity(&mut self, rule: &Any<'_>) -> PyResult<Identity> {
        self.here = self.number(&text(rule, "context")?)?;
        let context = self.here;
        let key = self.values(rule, "key")?;
        let explicit = match (optional(rule, "id")?, optional(rule, "id_check")?) {
            (Some(id), Some(check)) => Some((self.value(&id)?, check.unbind(), self.memo(false, ASKED))),
            _ => None,
        };
        let needs = self.needs(&self.fact("rule_needs", rule)?)?;
        Ok(Identity {
            hashed: [&*self.namespace, text(rule, "resource")?.as_bytes()].concat().into(),
            context,
            when: optional(rule, "when")?.map(|when| self.condition(&when)).transpose()?,
            test: self.test(context, &needs),
            needs,
            silent: !key.iter().any(has_step),
            key,
            explicit,
            merge: match optional(rule, "merge")?.map(|merge| merge.extract::<String>()).transpose()?.as_deref() {
                None => None,
                Some("first") => Some(Merge::First),
                Some("richest") => Some(Merge::Richest),
                Some("union") => Some(Merge::Union),
                Some(other) => return Err(unknown(other)),
            },
            shares: self.fact("shares", &rule.getattr("number")?)?.extract()?,
            order: rule.getattr("order")?.extract()?,
        })
    }

    /// What makes its resources.
    pub fn body(&mut self, rule: &Any<'_>) -> PyResult<Body> {
        let lists: Vec<String> = rule.getattr("lists")?.extract()?;
        self.here = self.number(&text(rule, "context")?)?;
        let resource = text(rule, "resource")?;
        self.asked.clear();
        let members = self.members(&rule.getattr("body")?, &lists)?;
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
