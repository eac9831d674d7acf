//! A plan, ready to convert one batch after another.

use std::cmp::Reverse;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;

use crate::arrow::Table;
use crate::calm::calmly;
use crate::engine::batch::{Batch, Taken};
use crate::engine::identities::{Id, LETTERS};
use crate::engine::made::{Made, Texts};
use crate::engine::memo::Memo;
use crate::engine::plan::{Body, Child, Identity, Members, Node};
use crate::engine::reading::Reading;
use crate::engine::repeats::settle;
use crate::engine::run::{Codes, Done, Found, Run};
use crate::engine::taking::{Link, take_frames};
use crate::hl7v2::sheets::Sheets;

/// Bytes of all that is remembered between batches: with 16 MiB it is no faster, and two workers take 40 MB more.
const REMEMBERED: usize = 4 << 20;

/// The values of a file, by name.
type FileValues = std::collections::HashMap<String, String>;

/// Findings of a rule: the place in the plan, the code, the context and the row of each.
type Findings = Vec<(u32, String, String, u32)>;

struct State {
    reading: Reading,
    plan: Py<PyAny>,
    facts: Py<PyAny>,
    identities: Vec<Identity>,
    bodies: Vec<Option<Body>>,
    /// For each rule what it built in the last batch.
    built: Vec<Built>,
    memos: Vec<Memo>,
    lives: Vec<Vec<u16>>,
    codes: Codes,
    /// The values of the file that what is remembered hangs on.
    file: FileValues,
    link: Option<Link>,
    batch: Option<Batch>,
    ids: Vec<Vec<Id>>,
    kept: usize,
}

/// A plan as the compiled executor has it. Between batches it remembers results by distinct text.
#[pyclass]
pub struct Program {
    state: Mutex<State>,
}

impl Program {
    /// Waits without holding up other threads of Python: who has the lock may ask Python.
    fn lock(&self, py: Python<'_>) -> MutexGuard<'_, State> {
        self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Program {
    /// Reads a plan.
    ///
    /// `facts` answers what Python knows of its nodes; `kept` results of a function are remembered.
    #[new]
    fn new(plan: &Bound<'_, PyAny>, facts: &Bound<'_, PyAny>, kept: usize) -> PyResult<Self> {
        let mut reading = Reading::of(plan, facts)?;
        let mut identities = Vec::new();
        for rule in plan.getattr("rules")?.try_iter()? {
            identities.push(reading.identity(&rule?)?);
        }
        let state = State {
            bodies: identities.iter().map(|_| None).collect(),
            built: vec![Built::default(); identities.len()],
            ids: Vec::new(),
            plan: plan.clone().unbind(),
            facts: facts.clone().unbind(),
            reading,
            identities,
            memos: Vec::new(),
            lives: Vec::new(),
            codes: Codes::default(),
            file: FileValues::new(),
            link: None,
            batch: None,
            kept,
        };
        Ok(Self { state: Mutex::new(state) })
    }

    /// Takes a batch: for each context a frame whose first column is u32: for each row the row of the context around it,
    /// for each record its number in the file. Gives the rules that may build something, or report it.
    fn begin(&self, py: Python<'_>, frames: Vec<(String, Bound<'_, PyAny>)>, file: FileValues) -> PyResult<Vec<usize>> {
        calmly(|| {
            let mut state = self.lock(py);
            let taken = take_frames(&state.reading, frames)?;
            state.begin(taken.into_iter(), file)
        })
    }

    /// The same for messages. `numbers` is a frame of one column: those of the messages in their file, u32.
    fn begin_messages(
        &self,
        py: Python<'_>,
        sheets: &Bound<'_, Sheets>,
        numbers: &Bound<'_, PyAny>,
        file: FileValues,
    ) -> PyResult<Vec<usize>> {
        calmly(|| {
            let mut state = self.lock(py);
            let sheets = sheets.get();
            let numbers = Table::of(numbers)?.map(|table| table.numbers(0).map(<[u32]>::to_vec)).transpose()?;
            let known = state.link.take().filter(|link| link.is_of(sheets));
            let link = known.unwrap_or_else(|| Link::of(&state.reading, &sheets.names));
            let begun = state.begin(link.take(sheets, &numbers.unwrap_or_default()), file);
            state.link = Some(link);
            begun
        })
    }

    /// The resources of a rule on the batch, and what was found.
    fn rule(&self, py: Python<'_>, number: usize) -> PyResult<(Made, Findings)> {
        calmly(|| self.lock(py).rule(py, number))
    }

    /// Leaves one resource of each id of a record, of what the rules of one type built. Gives what clashes: record and rule.
    fn settle(&self, py: Python<'_>, mut made: Vec<PyRefMut<'_, Made>>) -> PyResult<Vec<(u32, usize)>> {
        calmly(|| {
            let state = self.lock(py);
            settle(&mut made, &state.identities, &state.facts.bind(py).getattr("settled")?)
        })
    }

    /// Lets go of the batch.
    fn end(&self, py: Python<'_>) {
        let mut state = self.lock(py);
        state.ids = Vec::new();
        state.batch = None;
    }
}

/// What a rule built in a batch, from how many rows: the next one is much like it.
#[derive(Clone, Copy, Default)]
struct Built {
    rows: usize,
    resources: usize,
    bytes: usize,
}

impl Built {
    /// How many resources and bytes so many rows give, and an eighth more.
    fn of_rows(self, rows: usize) -> (usize, usize) {
        let room = |one: usize| (one + one / 8) * rows / self.rows.max(1);
        (room(self.resources), room(self.bytes))
    }
}

/// The resources of a rule, row by row.
fn build<'a>(run: &mut Run<'a>, number: usize, body: &'a Body, height: u32, before: Built) -> Done<Made> {
    let context = run.rules[number].context;
    let (count, size) = before.of_rows(height as usize);
    let mut records = Vec::with_capacity(count);
    let (mut ids, mut texts) = (Texts::with_room(count, count * LETTERS), Texts::with_room(count, size));
    for row in 0..height {
        let at = run.batch.at(context, row);
        if !run.may(&run.rules[number].test, at) {
            continue;
        }
        if !run.is_built(number, at)? {
            continue;
        }
        let id = run.id(number, at)?;
        run.keyed.clear();
        run.out = std::mem::take(&mut texts.bytes);
        let start = run.out.len();
        run.out.extend_from_slice(body.start.as_bytes());
        run.out.extend_from_slice(id.bytes().unwrap_or_default());
        run.out.push(b'"');
        let wrote = run.members(&body.members, at, true)?;
        run.require(&body.members, wrote.given, at);
        run.out.push(b'}');
        texts.bytes = std::mem::take(&mut run.out);
        let Some(letters) = id.bytes() else {
            texts.bytes.truncate(start);
            continue;
        };
        records.push(run.batch.record(at));
        ids.bytes.extend_from_slice(letters);
        ids.end();
        texts.end_line();
    }
    Ok(Made::of(number, records, ids, texts))
}

/// Where more is remembered than there is room for, the largest memos start anew, until half of the room is free: what
/// comes again is in small ones, and a large one is full of texts that came once.
fn forget_largest(memos: &mut [Memo]) {
    let mut size: usize = memos.iter().map(Memo::size).sum();
    if size <= REMEMBERED {
        return;
    }
    let mut by_size: Vec<(usize, &mut Memo)> = memos.iter_mut().map(|memo| (memo.size(), memo)).collect();
    by_size.sort_unstable_by_key(|&(own, _)| Reverse(own));
    for (own, memo) in by_size {
        if size <= REMEMBERED / 2 {
            break;
        }
        size -= own;
        memo.forget();
    }
}

impl State {
    fn begin(&mut self, tables: impl Iterator<Item = Taken>, file: FileValues) -> PyResult<Vec<usize>> {
        let state = self;
        let is_other = state.file != file;
        for memo in &mut state.memos {
            memo.bound(state.kept);
            if is_other && memo.of_file {
                memo.forget();
            }
        }
        forget_largest(&mut state.memos);
        state.batch = None;
        state.file.clone_from(&file);
        state.ids = vec![Vec::new(); state.identities.len()];
        let batch = state.batch.insert(Batch::of(&state.reading, tables, file)?);
        let rules = state.identities.iter().enumerate();
        Ok(rules.filter(|(_, rule)| batch.may_have(&rule.needs)).map(|(number, _)| number).collect())
    }

    fn rule(&mut self, py: Python<'_>, number: usize) -> PyResult<(Made, Findings)> {
        let state = self;
        state.compile(py, number)?;
        let Some(batch) = state.batch.as_ref() else {
            return Err(PyRuntimeError::new_err("no batch was begun"));
        };
        let (Some(body), identity) = (&mut state.bodies[number], &state.identities[number]) else {
            return Err(PyRuntimeError::new_err("a rule is not there"));
        };
        let there = || body.needs.iter().map(|&slot| batch.there[slot]);
        if body.pruned.is_empty() || !there().eq(body.pruned.iter().copied()) {
            let there = there().collect();
            body.pruned = there;
            Pruning { batch, lives: &mut state.lives }.members(&body.members);
        }
        let body = &*body;
        let height = batch.height(identity.context);
        if state.ids[number].is_empty() {
            state.ids[number] = vec![Id::Unasked; height as usize];
        }
        let mut run = Run {
            py,
            batch,
            rules: &state.identities,
            lives: &state.lives,
            memos: &mut state.memos,
            ids: &mut state.ids,
            codes: &mut state.codes,
            found: Vec::new(),
            quiet: false,
            position: 0,
            listing: 0,
            keyed: HashMap::new(),
            key: Vec::new(),
            hashed: Vec::new(),
            spans: Vec::new(),
            out: Vec::new(),
            error: None,
        };
        let Ok(made) = build(&mut run, number, body, height, state.built[number]) else {
            return Err(run.error.unwrap_or_else(|| PyRuntimeError::new_err("an evaluation stopped")));
        };
        let found = run.found;
        state.built[number] = Built { rows: height as usize, resources: made.len(), bytes: made.size() };
        let findings = found.iter().map(|found| state.finding(found)).collect();
        Ok((made, findings))
    }

    /// Reads a rule's body, when it is first needed.
    fn compile(&mut self, py: Python<'_>, number: usize) -> PyResult<()> {
        if self.bodies[number].is_none() {
            let rule = self.plan.bind(py).getattr("rules")?.get_item(number)?;
            self.bodies[number] = Some(self.reading.body(&rule)?);
        }
        for &(of_file, size) in &self.reading.memos[self.memos.len()..] {
            self.memos.push(Memo::new(of_file, size));
        }
        self.lives.resize_with(self.reading.lives, Vec::new);
        Ok(())
    }

    fn finding(&self, found: &Found) -> (u32, String, String, u32) {
        let context = self.reading.contexts[found.at.context].name.clone();
        (found.order, self.codes.all[usize::from(found.code)].clone(), context, found.at.row)
    }
}

// -- what of a rule can be anything in a batch, or on a row --

/// What is looked at of a rule on a batch.
struct Pruning<'a> {
    batch: &'a Batch,
    lives: &'a mut [Vec<u16>],
}

impl Pruning<'_> {
    /// Whether a node can be anything in the batch. One that can is looked into.
    fn is_live(&mut self, child: &Child) -> bool {
        let live = self.batch.may_have(&child.needs);
        if live {
            self.node(&child.node);
        }
        live
    }

    fn members(&mut self, members: &Members) {
        let mut live = std::mem::take(&mut self.lives[members.live]);
        live.clear();
        for (number, member) in members.all.iter().enumerate() {
            if self.is_live(&member.child) || member.absent.is_some() || !member.silent {
                live.push(number as u16);
            }
        }
        self.lives[members.live] = live;
    }

    fn children<'a>(&mut self, children: impl Iterator<Item = &'a Child>, number: usize) {
        let mut live = std::mem::take(&mut self.lives[number]);
        live.clear();
        for (number, child) in children.enumerate() {
            if self.is_live(child) {
                live.push(number as u16);
            }
        }
        self.lives[number] = live;
    }

    /// Lists the children of a node, and of those inside it, that can be anything.
    fn node(&mut self, node: &Node) {
        match node {
            Node::Object(object) => self.members(&object.members),
            Node::Array(array) => self.children(array.items.iter().map(|item| &item.child), array.live),
            Node::First { options, live } => self.children(options.iter(), *live),
            Node::Guard(guard) => self.node(&guard.inner),
            Node::Fused(fused) => self.node(&fused.inner),
            Node::Reference(reference) => {
                if let Some(members) = &reference.members {
                    self.members(members);
                }
            }
            Node::PeriodEnd(period) => {
                self.node(&period.start);
                self.node(&period.end);
            }
            Node::Json(_) | Node::Primitive(_) | Node::Coded(_) | Node::Position | Node::KeyedPosition { .. } => {}
        }
    }
}
