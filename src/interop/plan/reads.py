"""What a plan reads, told from the trees of its rules before any body is made.

It is what `passes.project_columns` finds in the bodies after all passes (tests/laws/test_reads.py), where no group by
names is widened. So it knows what becomes of a tree: a node that is always null is left out, with its conditions and
with the lists that open rows for it alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from interop.plan import model as plan
from interop.plan.nodes import falls_back_on
from interop.spec import tree
from interop.spec.contexts import ColumnRead, Contexts, chain_of
from interop.spec.package import Package
from interop.spec.walk import operands_of, paths_of


def reads_of(compiled: plan.Plan, package: Package) -> dict[str, tuple[str, ...]]:
    """The columns of each context that some rule reads; see `Plan.reads`."""
    reads = _Reads(package.contexts)
    for rule in package.rules:
        reads.rule(rule)
    found: dict[str, dict[str, None]] = {}
    for opened in reads.opened:
        for name in compiled.path(opened):
            found.setdefault(name, {"#": None} if compiled.contexts[name].numbered else {})
    for context, name in reads.columns:
        found.setdefault(context, {})[name] = None
    return {context: tuple(sorted(names)) for context, names in sorted(found.items())}


class _Scope:
    """The contexts around a node, innermost first, and the paths that were met there: whether each reads anything."""

    __slots__ = ("met", "names")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.met: dict[tuple[str, ...], bool] = {}


class _Reads:
    """Gathers the columns that rules read, and the contexts whose rows they walk.

    Of a node each method says whether it can be anything. What is gathered of one that cannot is nothing.
    """

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._scopes: dict[str, _Scope] = {}
        self.columns: set[tuple[str, str]] = set()
        self.opened: set[str] = set()

    def _scope(self, context: str) -> _Scope:
        if context not in self._scopes:
            self._scopes[context] = _Scope(chain_of(self._contexts, context))
        return self._scopes[context]

    def rule(self, rule: tree.Rule) -> None:
        """A rule."""
        scope = self._scope(rule.context)
        self.opened.add(rule.context)
        self._condition(rule.when, scope)
        for part in rule.key:
            self._value(part, scope)
        if rule.id is not None:
            self._value(rule.id.value, scope)
        self._members(rule.body.members, scope)

    def _members(self, members: Sequence[tuple[str, tree.Node]], scope: _Scope) -> bool:
        found = False
        for _, node in members:
            found = self._member(node, scope) or found
        return found

    def _member(self, node: tree.Node, scope: _Scope) -> bool:
        """A member of an object. One that has a reason to be absent is there without a value too."""
        if isinstance(node, tree.Leaf | tree.Object | tree.First) and falls_back_on(node) is not None:
            self._bare(node, scope)
            self._condition(node.when, scope)
            return True
        if isinstance(node, tree.Leaf) and node.extension is not None:
            value, beside = self._bare(node, scope), self._node(node.extension, scope)
            return self._under(node.when, scope, value or beside)
        return self._node(node, scope)

    def _node(self, node: tree.Node, scope: _Scope) -> bool:
        if isinstance(node, tree.ListNode):
            found = False
            for item in node.items:
                found = self._item(item.node, item.each, item.distinct, scope) or found
            return found
        if isinstance(node, tree.Ref):
            if node.each is not None:
                self.opened.add(node.each)
                scope = self._scope(node.each)
            self._members(node.members, scope)
            return self._under(node.when, scope, True)
        return self._under(node.when, scope, self._bare(node, scope))

    def _item(self, node: tree.Node, each: str | None, distinct: tree.Value | None, scope: _Scope) -> bool:
        if each is not None:
            scope = self._scope(each)
        if not self._node(node, scope):
            return False
        if each is not None:
            self.opened.add(each)
        if distinct is not None:
            self._value(distinct, scope)
        return True

    def _bare(self, node: tree.Leaf | tree.Absent | tree.Object | tree.Position | tree.First, scope: _Scope) -> bool:
        """A node without its condition."""
        match node:
            case tree.Leaf(value=value):
                return self._value(value, scope)
            case tree.Object(members=members, resource=resource):
                return self._members(members, scope) or resource is not None
            case tree.First(options=options):
                found = False
                for option in options:
                    found = self._node(option, scope) or found
                return found
            case tree.Position(key=key) if key is not None:
                self._value(key, scope)
        return True

    def _under(self, when: tree.Condition | None, scope: _Scope, found: bool) -> bool:
        """A node that was found to be something or not, under a condition."""
        if found:
            self._condition(when, scope)
        return found

    def _condition(self, when: tree.Condition | None, scope: _Scope) -> None:
        if when is not None:
            for value in operands_of(when):
                self._value(value, scope)

    def _value(self, value: tree.Value, scope: _Scope) -> bool:
        """Whether a value can be anything: a path that reads nothing and a choice of nothing cannot."""
        if isinstance(value, tree.Constant):
            return True
        if isinstance(value, tree.Path):
            return self._path(value, scope)
        for path in paths_of(value):
            self._path(path, scope)
        return not isinstance(value, tree.Choice) or bool(value.options)

    def _path(self, path: tree.Path, scope: _Scope) -> bool:
        met = scope.met.get(path.parts)
        if met is None:
            read = self._contexts.resolve(path, scope.names)
            if isinstance(read, ColumnRead):
                self.columns.add((read.context, read.name))
            met = scope.met[path.parts] = read is not None
        return met
