//! Reads the plan's dataclasses.

mod kinds;
mod needs;
mod nodes;
mod presence;
mod values;

use std::sync::Arc;

use hashbrown::HashMap;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use regex::Regex;

use self::kinds::{Kind, Kinds};
use crate::engine::marks::{Marks, Test};
use crate::engine::plan::{Context, Needs};

/// What numbers stand for in a plan, and how many there are.
pub struct Reading {
    /// The contexts of the plan.
    pub contexts: Vec<Context>,
    /// The numbers of contexts, by name.
    pub numbers: HashMap<String, usize>,
    /// The numbers of columns, by context and name; the name "" stands for the context's rows.
    pub slots: HashMap<(usize, String), usize>,
    /// The number of each rule, by name.
    pub rules: HashMap<String, usize>,
    /// For each memo, whether its results hang on the file, and the size of what makes them.
    pub memos: Vec<(bool, usize)>,
    /// How many lists of live children there are.
    pub lives: usize,
    /// Where columns are marked.
    pub marks: Marks,
    /// For each context the number that stands for its rows.
    pub rows: Vec<usize>,
    /// For each column what must be there: itself; of the numbers of rows the rows.
    needed: Vec<usize>,
    heads: Vec<Head>,
    sideways: bool,    // whether the node that is being read walks rows that are not under this one
    asked: Vec<usize>, // columns that the nodes of the rule that is being read need
    namespace: Box<[u8]>,
    here: usize, // the context of the nodes that are being read
    lists: HashMap<String, usize>,
    patterns: HashMap<String, Option<Arc<Regex>>>, // none for one that is not read here as in Python
    kinds: Kinds,
    present: Py<PyAny>,
    facts: Py<PyAny>,
    operators: Vec<Py<PyAny>>,
}

/// What references know of a rule.
struct Head {
    resource: Box<str>,
    needs: Needs, // of its resources, to be built and to have an id
}

/// The column that numbers the rows of a context.
const NUMBER: &str = "#";

/// The size of what Python is asked for: it is worth remembering as long as anything comes again.
const ASKED: usize = 1_000;

type Any<'py> = Bound<'py, PyAny>;

/// A field of one of the plan's dataclasses.
macro_rules! field {
    ($object:expr, $name:literal) => {{
        let object = &$object;
        object.getattr(pyo3::intern!(object.py(), $name))
    }};
}
use field;

fn text(object: Any<'_>) -> PyResult<Box<str>> {
    Ok(object.cast::<PyString>()?.to_cow()?.into())
}

fn texts(object: Any<'_>) -> PyResult<Vec<Box<str>>> {
    all(object)?.into_iter().map(text).collect()
}

fn all<'py>(object: Any<'py>) -> PyResult<Vec<Any<'py>>> {
    Ok(object.cast_into::<PyTuple>()?.iter().collect())
}

fn optional(object: Any<'_>) -> Option<Any<'_>> {
    if object.is_none() { None } else { Some(object) }
}

fn unknown(what: &str) -> PyErr {
    PyValueError::new_err(format!("the plan has a {what} that is not known here"))
}

impl Reading {
    /// Reads what a plan's names stand for.
    ///
    /// `facts` answers what Python knows of nodes (`engine/rust/facts.py`).
    pub fn of(plan: &Any<'_>, facts: &Any<'_>) -> PyResult<Self> {
        let py = plan.py();
        let operator = py.import("operator")?;
        let operators = ["eq", "lt", "le", "gt", "ge"];
        let mut reading = Self {
            contexts: Vec::new(),
            numbers: HashMap::new(),
            slots: HashMap::new(),
            rules: HashMap::new(),
            memos: Vec::new(),
            lives: 0,
            marks: Marks::default(),
            rows: Vec::new(),
            needed: Vec::new(),
            heads: Vec::new(),
            sideways: false,
            asked: Vec::new(),
            namespace: field!(plan, "namespace")?.cast_into::<PyBytes>()?.as_bytes().into(),
            here: 0,
            lists: HashMap::new(),
            patterns: HashMap::new(),
            kinds: Kinds::of(py)?,
            present: py.import("interop.plan.model")?.getattr("present")?.unbind(),
            facts: facts.clone().unbind(),
            operators: operators.iter().map(|name| Ok(operator.getattr(name)?.unbind())).collect::<PyResult<_>>()?,
        };
        reading.read_contexts(plan)?;
        for (number, rule) in all(field!(plan, "rules")?)?.iter().enumerate() {
            reading.rules.insert(text(field!(rule, "name")?)?.into(), number);
        }
        Ok(reading)
    }

    fn read_contexts(&mut self, plan: &Any<'_>) -> PyResult<()> {
        let contexts = field!(plan, "contexts")?.cast_into::<PyDict>()?;
        for (number, name) in contexts.keys().iter().enumerate() {
            self.numbers.insert(name.extract()?, number);
        }
        for (name, context) in contexts.iter() {
            let parent = optional(field!(context, "parent")?).map(|name| self.number(&text(name)?)).transpose()?;
            let depth = field!(context, "depth")?.extract()?;
            self.contexts.push(Context { name: name.extract()?, parent, depth });
        }
        for context in 0..self.contexts.len() {
            let rows = self.slot(context, "");
            self.rows.push(rows);
        }
        for (context, columns) in field!(plan, "reads")?.cast_into::<PyDict>()?.iter() {
            let context = self.number(&text(context)?)?;
            for column in all(columns)? {
                self.slot(context, &text(column)?);
            }
        }
        Ok(())
    }

    fn number(&self, context: &str) -> PyResult<usize> {
        self.numbers.get(context).copied().ok_or_else(|| unknown("context"))
    }

    fn slot(&mut self, context: usize, name: &str) -> usize {
        let next = self.slots.len();
        let slot = *self.slots.entry((context, name.to_owned())).or_insert(next);
        if slot == next {
            self.marks.add(context, !name.is_empty());
            self.needed.push(if name == NUMBER { self.rows[context] } else { slot });
        }
        slot
    }

    fn column(&self, column: &Any<'_>) -> PyResult<(usize, usize)> {
        let context = self.number(&text(field!(column, "context")?)?)?;
        let name = text(field!(column, "name")?)?;
        let slot = self.slots.get(&(context, name.into())).copied().ok_or_else(|| unknown("column"))?;
        Ok((slot, field!(column, "up")?.extract()?))
    }

    fn kind(&self, object: &Any<'_>) -> Kind {
        self.kinds.tell(object)
    }

    fn memo(&mut self, of_file: bool, size: usize) -> usize {
        self.memos.push((of_file, size));
        self.memos.len() - 1
    }

    /// What a row of a context must have one of.
    fn test(&self, context: usize, needs: &Needs) -> Test {
        let test = needs.as_ref().and_then(|needs| self.marks.test(&self.contexts, context, needs));
        test.unwrap_or(Test::Open)
    }

    fn live(&mut self) -> usize {
        self.lives += 1;
        self.lives - 1
    }

    fn list(&mut self, name: &str) -> usize {
        let next = self.lists.len() + 1;
        *self.lists.entry(name.to_owned()).or_insert(next)
    }

    fn fact<'py>(&self, name: &str, node: &Any<'py>) -> PyResult<Any<'py>> {
        self.facts.bind(node.py()).call_method1(name, (node,))
    }
}
