"""What rules use: the columns that they read, the contexts whose rows they walk, the steps that they call.

One walk over the trees tells it to the lint and to the plan. To the plan a node that is always null is not there, nor
are its condition and the list that opens rows for it alone; the lint looks at all that is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from interop.errors import Finding
from interop.immutable import immutable
from interop.spec.contexts import ColumnRead, Contexts, chain_of
from interop.spec.tree import (
    Absent,
    And,
    Choice,
    Compare,
    Condition,
    Constant,
    First,
    Item,
    Leaf,
    ListNode,
    Node,
    Not,
    Object,
    Or,
    Path,
    Piped,
    Position,
    Ref,
    Rule,
    StepCall,
    Value,
)
from interop.spec.walk import falls_back_on, only_value

T = TypeVar("T")
_REASONED = (Leaf, Object, First)  # a tuple: a union would be made anew for each node


class _Scope:
    """The contexts around a node, innermost first, none where one is unknown; and what the paths met there read."""

    __slots__ = ("met", "names")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.met: dict[tuple[str, ...], ColumnRead | None] = {}


class _Found:
    """What was found in a rule. A column is told by its identity: in one scope the same parts read the same one."""

    __slots__ = ("opened", "reads")

    def __init__(self) -> None:
        self.reads: dict[int, ColumnRead] = {}
        self.opened: set[str] = set()


@immutable()
class Used:
    """What rules use, as far as the plan asks for it.

    Args:
        columns: What it reads: contexts, each with a column.
        opened: The contexts whose rows it walks.
        named: All contexts that rules are built for or open, in the order in which they are met.
    """

    columns: frozenset[tuple[str, str]]
    opened: frozenset[str]
    named: tuple[str, ...]


class Uses:
    """Gathers what rules use, rule by rule.

    Of a node each method says whether it can be anything.

    Attributes:
        columns: What the plan reads: contexts, each with a column.
        opened: The contexts whose rows the plan walks.
        named: All contexts that rules are built for or open, in the order in which they are met.
        steps: All steps, by identity: one of a part is one object in all rules.
        findings: M121, paths that read nothing.
    """

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._scopes: dict[str, _Scope] = {}
        self._found = _Found()
        self._unplanned = _Found()
        self.columns: set[tuple[str, str]] = set()
        self.opened: set[str] = set()
        self.named: dict[str, None] = {}
        self.steps: dict[int, StepCall] = {}
        self.findings: list[Finding] = []

    def planned(self) -> Used:
        """What the plan asks for, of the rules so far."""
        return Used(frozenset(self.columns), frozenset(self.opened), tuple(self.named))

    def rule(self, rule: Rule) -> list[ColumnRead]:
        """Adds a rule. Gives all columns that it reads, those that the plan leaves out too."""
        found, self._unplanned = _Found(), _Found()
        self._found = found
        scope = self._scope(rule.context)
        self.named[rule.context] = None
        found.opened.add(rule.context)
        for part in rule.key:
            self._value(part, scope)
        if rule.id is not None:
            self._value(rule.id.value, scope)
        if rule.when is not None:
            self._condition(rule.when, scope)
        self._members(rule.body.members, scope)
        self.opened |= found.opened
        self.columns.update([(read.context, read.name) for read in found.reads.values()])
        return [*found.reads.values(), *self._unplanned.reads.values()]

    def _scope(self, context: str) -> _Scope:
        scope = self._scopes.get(context)
        if scope is None:
            scope = self._scopes[context] = _Scope(chain_of(self._contexts, context))
        return scope

    def _leave_out(self, walk: Callable[[T, _Scope], object], what: T, scope: _Scope) -> None:
        """Walks what the plan leaves out."""
        found, self._found = self._found, self._unplanned
        walk(what, scope)
        self._found = found

    # -- nodes -------------------------------------------------------------------------------------------------------

    def _members(self, members: Iterable[tuple[str, Node]], scope: _Scope) -> bool:
        found = False
        for _, node in members:
            found = self._member(node, scope) or found
        return found

    def _member(self, node: Node, scope: _Scope) -> bool:
        """A member of an object. One that has a reason to be absent is there without a value too."""
        if isinstance(node, Leaf) and node.absent is None and node.extension is None:  # most of all
            found = self._value(node.value, scope)
            return found if node.when is None else self._under(node.when, scope, found)
        if isinstance(node, _REASONED) and falls_back_on(node) is not None:
            self._bare(node, scope)
            return self._under(node.when, scope, True)
        if isinstance(node, ListNode):
            node = only_value(node) or node
        if isinstance(node, Leaf) and node.extension is not None:
            value, beside = self._value(node.value, scope), self._node(node.extension, scope)
            return self._under(node.when, scope, value or beside)
        return self._node(node, scope)

    def _node(self, node: Node, scope: _Scope) -> bool:
        if isinstance(node, ListNode):
            found = False
            for item in node.items:
                found = self._item(item, scope) or found
            return found
        if isinstance(node, Ref):
            if node.each is not None:
                self.named[node.each] = None
                self._found.opened.add(node.each)
                scope = self._scope(node.each)
            self._members(node.members, scope)
            return self._under(node.when, scope, True)
        found = self._bare(node, scope)
        return found if node.when is None else self._under(node.when, scope, found)

    def _item(self, item: Item, scope: _Scope) -> bool:
        if item.each is not None:
            self.named[item.each] = None
            scope = self._scope(item.each)
        found = self._node(item.node, scope)
        if found and item.each is not None:
            self._found.opened.add(item.each)
        if item.distinct is not None:
            if found:
                self._value(item.distinct, scope)
            else:
                self._leave_out(self._value, item.distinct, scope)
        return found

    def _bare(self, node: Leaf | Absent | Object | Position | First, scope: _Scope) -> bool:
        """A node without its condition. A leaf's extensions are read where it is a member, or all of one."""
        if isinstance(node, Leaf):
            if node.extension is not None:
                self._leave_out(self._node, node.extension, scope)
            return self._value(node.value, scope)
        if isinstance(node, Object):
            return self._members(node.members, scope) or node.resource is not None
        if isinstance(node, First):
            found = False
            for option in node.options:
                found = self._node(option, scope) or found
            return found
        if isinstance(node, Position) and node.key is not None:
            self._value(node.key, scope)
        return True

    def _under(self, when: Condition | None, scope: _Scope, found: bool) -> bool:
        """A node that was found to be something or not, under a condition."""
        if when is not None:
            if found:
                self._condition(when, scope)
            else:
                self._leave_out(self._condition, when, scope)
        return found

    # -- conditions and values ---------------------------------------------------------------------------------------

    def _condition(self, when: Condition, scope: _Scope) -> None:
        if isinstance(when, (And, Or)):
            for inner in when.conditions:
                self._condition(inner, scope)
        elif isinstance(when, Not):
            self._condition(when.condition, scope)
        else:
            self._value(when.left, scope)
            if isinstance(when, Compare):
                self._value(when.right, scope)

    def _value(self, value: Value, scope: _Scope) -> bool:
        """Whether a value can be anything. A choice of nothing cannot."""
        if isinstance(value, Path):
            read = scope.met.get(value.parts)
            if read is None and value.parts not in scope.met:
                read = self._resolve(value, scope)
            if read is not None:
                self._found.reads[id(read)] = read
        elif isinstance(value, Piped):
            self._value(value.source, scope)
            for step in value.steps:
                self.steps[id(step)] = step
        elif isinstance(value, Choice):
            for option in value.options:
                self._value(option, scope)
            return bool(value.options)
        elif not isinstance(value, Constant):
            for part in value.parts:
                if not isinstance(part, str):
                    self._value(part, scope)
        return True

    def _resolve(self, path: Path, scope: _Scope) -> ColumnRead | None:
        """The column that a path reads, if it is one. What reads nothing is not remembered: each has its finding."""
        if not scope.names:
            return None
        read = self._contexts.resolve(path, scope.names)
        if read is None:
            detail = f"`{path}` in `{scope.names[0]}`"
            fix = self._contexts.path_remedy(path, scope.names)
            self.findings.append(Finding("M121", rule=path.place, detail=detail, fix=fix))
            return None
        column = scope.met[path.parts] = read if isinstance(read, ColumnRead) else None
        return column


def uses_of(rules: Iterable[Rule], contexts: Contexts) -> Used:
    """What rules use, all of them."""
    uses = Uses(contexts)
    for rule in rules:
        uses.rule(rule)
    return uses.planned()
