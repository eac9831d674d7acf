//! Nodes of a row: what `engine/rows.py` does, written at the end of one buffer.

use hashbrown::HashMap;
use pyo3::prelude::*;

use crate::engine::batch::At;
use crate::engine::plan::{Array, Child, Each, Guard, Item, Member, Members, Node, Object, PeriodEnd, Reference};
use crate::engine::put::put;
use crate::engine::run::{Done, Run};

/// What a node wrote: nothing, or a fragment and whether it makes what holds it present.
pub type Written = Option<bool>;

/// What members wrote: which of them (a bit each), and whether they make what holds them present.
pub struct Wrote {
    /// The members that stand.
    pub given: u128,
    /// Presence.
    pub present: bool,
}

// What writes a kind of node stands by itself: a frame for all of them in one cost more than the calls.
impl<'a> Run<'a> {
    /// Writes a node.
    #[inline(always)]
    pub fn node(&mut self, node: &'a Node, at: At) -> Done<Written> {
        match node {
            Node::Json(text) => {
                put(&mut self.out, text.as_bytes());
                Ok(Some(false))
            }
            Node::Fused(fused) => self.fused(fused, at),
            Node::Primitive(leaf) => self.primitive(leaf, at),
            Node::Coded(coded) => self.coded(coded, at),
            Node::Guard(guard) => self.guard(guard, at),
            Node::Object(object) => self.object(object, at),
            Node::Array(array) if array.plain => self.plain_array(array, at),
            Node::Array(array) => self.counted_array(array, at),
            Node::Reference(reference) => self.reference(reference, at),
            Node::Position => self.place(),
            Node::KeyedPosition { list, key } => self.keyed_position(*list, key.as_ref(), at),
            Node::First { options, live } => self.first(options, *live, at),
            Node::PeriodEnd(period) => self.period_end(period, at),
        }
    }

    #[inline(never)]
    fn place(&mut self) -> Done<Written> {
        put(&mut self.out, self.position.to_string().as_bytes());
        Ok(Some(false))
    }

    #[inline(never)]
    fn first(&mut self, options: &'a [Child], live: usize, at: At) -> Done<Written> {
        for &number in &self.lives[live] {
            let option = &options[usize::from(number)];
            if !self.may(&option.test, at) {
                continue;
            }
            let written = self.node(&option.node, at)?;
            if written.is_some() {
                return Ok(written);
            }
        }
        Ok(None)
    }

    #[inline(never)]
    fn guard(&mut self, guard: &'a Guard, at: At) -> Done<Written> {
        if !self.holds(&guard.condition, at)? {
            return Ok(None);
        }
        let written = self.node(&guard.inner, at)?;
        Ok(written.map(|present| present || guard.constant))
    }

    #[inline(never)]
    fn object(&mut self, object: &'a Object, at: At) -> Done<Written> {
        let start = self.out.len();
        self.out.push(b'{');
        let wrote = self.members(&object.members, at, false)?;
        if wrote.given == 0 || (object.reads && !wrote.present) {
            self.out.truncate(start);
            return Ok(None);
        }
        self.require(&object.members, wrote.given, at);
        self.out.push(b'}');
        Ok(Some(wrote.present))
    }

    /// Reports the elements that must be there and are not.
    pub fn require(&mut self, members: &Members, given: u128, at: At) {
        for item in &members.required {
            if given & item.members == 0 {
                self.report("V203", item.order, at);
            }
        }
    }

    /// Writes members with commas between them, and one before the first where `more` stands before.
    pub fn members(&mut self, members: &'a Members, at: At, more: bool) -> Done<Wrote> {
        if !members.early.is_empty() {
            return self.arranged(members, at, more);
        }
        let outer = self.spans.len();
        let mut wrote = Wrote { given: 0, present: false };
        for &number in &self.lives[members.live] {
            let number = usize::from(number);
            let member = &members.all[number];
            let may = self.may(&member.child.test, at);
            if !may && member.silent && member.absent.is_none() {
                continue;
            }
            let start = self.out.len();
            let skipped = usize::from(!more && wrote.given == 0);
            if self.member(member, may, skipped, at, &mut wrote)?.is_none() {
                self.out.truncate(start);
            } else if members.chosen & member.bit != 0 {
                self.spans.push((number, start, self.out.len()));
            }
        }
        if self.spans.len() > outer + 1 {
            self.exclude(members, at, &mut wrote);
            for &(number, start, end) in self.spans[outer..].iter().rev() {
                if wrote.given & members.all[number].bit == 0 {
                    self.out.drain(start..end); // with the comma before it: of several the first stays
                }
            }
        }
        self.spans.truncate(outer);
        Ok(wrote)
    }

    /// Of members that exclude each other the first stays, and the others are reported.
    fn exclude(&mut self, members: &Members, at: At, wrote: &mut Wrote) {
        for choice in &members.exclusive {
            let given = choice.members.iter().filter(|&&number| wrote.given & 1 << number != 0);
            let gone: Vec<usize> = given.skip(1).copied().collect();
            for number in gone {
                wrote.given &= !(1 << number);
                self.report("V208", choice.order, at);
            }
        }
    }

    /// Writes one member, without the comma before it where one byte is to be skipped; none, and what it wrote is to go,
    /// where it is nothing. `may` says whether its node can be anything.
    #[inline(always)]
    fn member(&mut self, member: &'a Member, may: bool, skipped: usize, at: At, wrote: &mut Wrote) -> Done<Option<()>> {
        if let Some(when) = &member.when
            && !self.holds(when, at)?
        {
            return Ok(None);
        }
        if member.list > 0 {
            self.listing = member.list;
        }
        let start = self.out.len();
        put(&mut self.out, &member.start.as_bytes()[skipped..]);
        let written = match &member.child.node {
            _ if !may => None,
            Node::Json(_) => Some(false), // it stands in `start`
            node => self.node(node, at)?,
        };
        match written {
            Some(present) => wrote.present |= present,
            None => {
                self.listing = 0;
                let Some(absent) = &member.absent else {
                    return Ok(None);
                };
                self.out.truncate(start);
                put(&mut self.out, &absent.as_bytes()[skipped..]);
            }
        }
        self.listing = 0; // asked for by this member alone
        wrote.given |= member.bit;
        Ok(Some(()))
    }

    /// Members of which some are evaluated before the others: written, then put in their order.
    #[inline(never)]
    fn arranged(&mut self, members: &'a Members, at: At, more: bool) -> Done<Wrote> {
        let mut wrote = Wrote { given: 0, present: false };
        let begin = self.out.len();
        let mut spans: Vec<(usize, usize, usize)> = Vec::new();
        let live = &self.lives[members.live];
        let is_early = |number: &&u16| members.early.contains(&usize::from(**number));
        let early = live.iter().filter(is_early);
        let late = live.iter().filter(|number| !is_early(number));
        for &number in early.chain(late) {
            let start = self.out.len();
            let member = &members.all[usize::from(number)];
            let may = self.may(&member.child.test, at);
            match self.member(member, may, 1, at, &mut wrote)? {
                Some(()) => spans.push((usize::from(number), start, self.out.len())),
                None => self.out.truncate(start),
            }
        }
        self.exclude(members, at, &mut wrote);
        spans.sort_unstable();
        let mut arranged = Vec::with_capacity(self.out.len() - begin);
        for (number, start, end) in spans {
            if wrote.given & 1 << number != 0 {
                if more || !arranged.is_empty() {
                    arranged.push(b',');
                }
                arranged.extend_from_slice(&self.out[start..end]);
            }
        }
        self.out.truncate(begin);
        put(&mut self.out, &arranged);
        Ok(wrote)
    }

    #[inline(never)]
    fn plain_array(&mut self, array: &'a Array, at: At) -> Done<Written> {
        let start = self.out.len();
        let mut written = None;
        for &number in &self.lives[array.live] {
            let child = &array.items[usize::from(number)].child;
            if !self.may(&child.test, at) {
                continue;
            }
            let before = self.out.len();
            self.out.push(if written.is_none() { b'[' } else { b',' });
            match self.node(&child.node, at)? {
                Some(present) => written = Some(written.unwrap_or(false) | present),
                None => self.out.truncate(before),
            }
        }
        if written.is_some() {
            self.out.push(b']');
        }
        debug_assert!(written.is_some() || self.out.len() == start);
        Ok(written)
    }

    #[inline(never)]
    fn counted_array(&mut self, array: &'a Array, at: At) -> Done<Written> {
        let listing = std::mem::take(&mut self.listing);
        let outer = self.position;
        let start = self.out.len();
        let mut first_end = start;
        let mut count = 0;
        let mut present = false;
        let mut seen: Option<HashMap<String, u32>> = None; // the places of what is told apart by a text
        for &number in &self.lives[array.live] {
            let item = &array.items[usize::from(number)];
            let (context, from, to) = self.rows(item, at);
            for row in from..to {
                let place = self.batch.at(context, row);
                if !self.may(&item.child.test, place) {
                    continue;
                }
                let key = match &item.distinct {
                    Some(distinct) => self.value(distinct, place)?,
                    None => None,
                };
                self.position = count + 1;
                let before = self.out.len();
                self.out.push(if count == 0 { b'[' } else { b',' });
                let written = self.node(&item.child.node, place)?;
                let repeats =
                    key.as_ref().zip(seen.as_ref()).is_some_and(|(key, seen)| seen.contains_key(key.as_str()));
                let Some(there) = written.filter(|_| !repeats) else {
                    self.out.truncate(before);
                    continue;
                };
                count += 1;
                present |= there;
                if count == 1 {
                    first_end = self.out.len();
                }
                if let Some(key) = key {
                    seen.get_or_insert_default().insert(key.as_str().to_owned(), count);
                }
            }
        }
        self.position = outer;
        if listing > 0 {
            self.keyed.insert(listing, seen.unwrap_or_default());
        }
        if count == 0 {
            return Ok(None);
        }
        if array.single {
            self.out.truncate(first_end);
            self.out.remove(start);
        } else {
            self.out.push(b']');
        }
        Ok(Some(present))
    }

    /// The rows that an item stands for: a stretch of a context's.
    fn rows(&self, item: &Item, at: At) -> (usize, u32, u32) {
        let Some(Each { up, down }) = &item.each else {
            return (at.context, at.row, at.row + 1);
        };
        let above = self.batch.above(at, *up);
        let (mut context, mut from, mut to) = (above.context, above.row, above.row + 1);
        for &deeper in down {
            (from, to) = self.batch.under(deeper, from, to);
            context = deeper;
            if from == to {
                break;
            }
        }
        (context, from, to)
    }

    #[inline(never)]
    fn reference(&mut self, reference: &'a Reference, at: At) -> Done<Written> {
        let above = self.batch.above(at, reference.up);
        self.identify(reference.rule, above)?;
        let Some(letters) = self.ids[reference.rule][above.row as usize].bytes() else {
            return Ok(None);
        };
        put(&mut self.out, reference.start.as_bytes());
        put(&mut self.out, letters);
        self.out.push(b'"');
        if let Some(members) = &reference.members {
            self.members(members, at, true)?;
        }
        self.out.push(b'}');
        Ok(Some(true))
    }

    #[inline(never)]
    fn period_end(&mut self, period: &'a PeriodEnd, at: At) -> Done<Written> {
        let start = self.out.len();
        let Some(present) = self.node(&period.end, at)? else {
            return Ok(None);
        };
        let end = self.out.len();
        let begun = self.quietly(|run| run.node(&period.start, at))?;
        let is_wrong = begun.is_some() && self.ends_before(period.memo, start, end, at)?;
        self.out.truncate(end);
        if is_wrong {
            self.out.truncate(start);
            self.report("V207", period.order, at);
            return Ok(None);
        }
        Ok(Some(present))
    }

    /// Whether the end, written from `start` to `end`, is before the start that is written after it.
    fn ends_before(&mut self, memo: usize, start: usize, end: usize, at: At) -> Done<bool> {
        let fragment = |bytes: &[u8]| std::str::from_utf8(bytes).expect("all that is written is text").to_owned();
        let (ended, begun) = (&self.out[start..end], &self.out[end..]);
        if let Some(is_before) = is_plainly_before(ended, begun) {
            return Ok(is_before);
        }
        let (ended, begun) = (fragment(ended), fragment(begun));
        self.remembered_to_hold(memo, &format!("{begun}{ended}"), at, |py| {
            py.import("interop.engine.period")?.call_method1("ends_before", (&begun, &ended))?.extract()
        })
    }
}

/// Whether a moment is before another one, both as JSON, where their text tells: of two days, or of two times to the
/// second of one offset.
fn is_plainly_before(one: &[u8], other: &[u8]) -> Option<bool> {
    const DAY: usize = "\"2024-09-04\"".len();
    const TIME: usize = "\"2024-09-04T18:33:25+01:00\"".len();
    const CLOCK: usize = "\"2024-09-04T18:33:25".len();
    let tells = one.len() == other.len()
        && match one.len() {
            DAY => true,
            TIME => one[CLOCK..] == other[CLOCK..],
            _ => false,
        };
    tells.then(|| one < other)
}
