//! Reads the plan's dataclasses.

mod nodes;
mod values;

use hashbrown::HashMap;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::engine::marks::Marks;
use crate::engine::plan::{Context, Needs, Test};

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
    asked: Vec<usize>, // columns that the nodes of the rule that is being read need
    namespace: Box<[u8]>,
    here: usize, // the context of the nodes that are being read
    lists: HashMap<String, usize>,
    present: Py<PyAny>,
    facts: Py<PyAny>,
    operators: Vec<Py<PyAny>>,
}

/// The size of what Python is asked for: it is worth remembering as long as anything comes again.
const ASKED: usize = 1_000;

type Any<'py> = Bound<'py, PyAny>;

fn text(object: &Any<'_>, name: &str) -> PyResult<String> {
    object.getattr(name)?.extract()
}

fn kind(object: &Any<'_>) -> PyResult<String> {
    Ok(object.get_type().name()?.to_string())
}

fn is_kind(object: &Any<'_>, wanted: &str) -> PyResult<bool> {
    Ok(kind(object)? == wanted)
}

fn all<'py>(object: &Any<'py>, name: &str) -> PyResult<Vec<Any<'py>>> {
    object.getattr(name)?.try_iter()?.collect()
}

fn optional<'py>(object: &Any<'py>, name: &str) -> PyResult<Option<Any<'py>>> {
    let found = object.getattr(name)?;
    Ok(if found.is_none() { None } else { Some(found) })
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
            namespace: plan.getattr("namespace")?.cast_into::<PyBytes>()?.as_bytes().into(),
            asked: Vec::new(),
            here: 0,
            lists: HashMap::new(),
            present: py.import("interop.plan.model")?.getattr("present")?.unbind(),
            facts: facts.clone().unbind(),
            operators: operators.iter().map(|name| Ok(operator.getattr(name)?.unbind())).collect::<PyResult<_>>()?,
        };
        reading.read_contexts(plan)?;
        for (number, rule) in all(plan, "rules")?.iter().enumerate() {
            reading.rules.insert(text(rule, "name")?, number);
        }
        Ok(reading)
    }

    fn read_contexts(&mut self, plan: &Any<'_>) -> PyResult<()> {
        let contexts = plan.getattr("contexts")?.cast_into::<PyDict>()?;
        for (number, name) in contexts.keys().iter().enumerate() {
            self.numbers.insert(name.extract()?, number);
        }
        for (name, context) in contexts.iter() {
            let parent =
                optional(&context, "parent")?.map(|name| self.number(&name.extract::<String>()?)).transpose()?;
            let depth = context.getattr("depth")?.extract()?;
            self.contexts.push(Context { name: name.extract()?, parent, depth });
        }
        for context in 0..self.contexts.len() {
            let rows = self.slot(context, "");
            self.rows.push(rows);
        }
        for (context, columns) in plan.getattr("reads")?.cast_into::<PyDict>()?.iter() {
            let context = self.number(&context.extract::<String>()?)?;
            for column in columns.try_iter()? {
                self.slot(context, &column?.extract::<String>()?);
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
        }
        slot
    }

    fn column(&self, column: &Any<'_>) -> PyResult<(usize, usize)> {
        let context = self.number(&text(column, "context")?)?;
        let slot = self.slots.get(&(context, text(column, "name")?)).copied().ok_or_else(|| unknown("column"))?;
        Ok((slot, column.getattr("up")?.extract()?))
    }

    fn memo(&mut self, of_file: bool, size: usize) -> usize {
        self.memos.push((of_file, size));
        self.memos.len() - 1
    }

    /// What a row of a context must have one of.
    fn test(&self, context: usize, needs: &Needs) -> Test {
        needs.as_ref().and_then(|needs| self.marks.tests(&self.contexts, context, needs))
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
