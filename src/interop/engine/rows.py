"""The row executor: a plan as closures over one record. For one message at low latency, and the other one's oracle.

Each node becomes a function `(row, run) -> (fragment, present)`: the JSON text or None, and whether it makes what holds
it present (docs/language.md, Presence). A plan becomes closures once; a record then costs calls and string joins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from interop.engine.needs import NodeNeeds, when_needs
from interop.engine.period import ends_before
from interop.engine.row_leaves import NOTHING, NodeFunction, Result, coded, literal, position
from interop.engine.row_values import Run, Test, above, compile_condition, compile_value
from interop.plan import model as plan
from interop.plan.json_text import quote
from interop.plan.walk import condition_values, nodes, own_values, reads_record, value_parts
from interop.readers.protocol import Row
from interop.values.ids import derived_id

FEW = 2
"""Values that a condition looks at as fast as at what the record lacks."""


class NodeCompiler:
    """Turns plan nodes into closures. Needs the rules, since a reference is the id of another rule.

    With `needs`, a closure of several values looks first whether the record has any of what it cannot do without.
    """

    def __init__(self, compiled: plan.Plan, needs: NodeNeeds | None = None) -> None:
        self._namespace = compiled.namespace
        self._rules = {rule.name: rule for rule in compiled.rules}
        self._needs = needs
        self._ids: dict[str, Callable[[Row, Run], str | None]] = {}

    def node(self, node: plan.Node) -> NodeFunction:
        """The closure of a node."""
        match node:
            case plan.Json(text):
                result = (text, False)
                return lambda row, run: result
            case plan.Fused(column, inner):
                return self.node(inner) if column is None else self._fused(column, inner)
            case plan.Primitive():
                return literal(node)
            case plan.Coded():
                return coded(node)
            case plan.Position():
                return position(node)
            case plan.Reference():
                return self._reference(node)
        return self._unless_lacking(node, self._inner(node))

    def _inner(self, node: plan.Guard | plan.Object | plan.Array | plan.First | plan.PeriodEnd) -> NodeFunction:
        match node:
            case plan.Guard(condition, inner):
                return self._guard(condition, inner)
            case plan.Object():
                return self._object(node)
            case plan.Array():
                return self._array(node)
            case plan.First(options):
                return self._first(options)
            case plan.PeriodEnd():
                return self._period_end(node)

    def _unless_lacking(self, node: plan.Node, make: NodeFunction) -> NodeFunction:
        """A closure that is not called where the record has nothing of what it needs."""
        needs = self._needs.of(node) if self._needs is not None else None
        if needs is None:
            return make

        def unless_lacking(row: Row, run: Run) -> Result:
            lacks = run.lacks
            return NOTHING if lacks is not None and lacks(needs) else make(row, run)

        return unless_lacking

    def identity(self, name: str) -> Callable[[Row, Run], str | None]:
        """The id of a rule's resource on a row of its context; None when it is not built there. Reports nothing."""
        if name not in self._ids:
            rule = self._rules[name]
            built = compile_condition(rule.when) if rule.when is not None else None
            make = self.id_of(rule)

            def identity(row: Row, run: Run) -> str | None:
                key = (name, id(row))
                if key not in run.ids:
                    quiet = run.quiet()
                    run.ids[key] = make(row, quiet) if built is None or built(row, quiet) else None
                return run.ids[key]

            self._ids[name] = identity
        return self._ids[name]

    def id_of(self, rule: plan.Rule) -> Callable[[Row, Run], str | None]:
        """The id itself, with findings: D401 when a part of the key is null."""
        order = rule.order
        if rule.id is not None and rule.id_check is not None:
            given, check = compile_value(rule.id), rule.id_check

            def explicit(row: Row, run: Run) -> str | None:
                text = given(row, run)
                checked = check(text) if text is not None else None
                if isinstance(checked, str):
                    return checked
                run.report("D401" if checked is None else "D404", order, row)
                return None

            return explicit
        parts = tuple(compile_value(part) for part in rule.key)
        namespace, resource = self._namespace, rule.resource

        def derived(row: Row, run: Run) -> str | None:
            key = [part(row, run) for part in parts]  # all of them: each may have a finding
            if None in key:
                run.report("D401", order, row)
                return None
            return derived_id(namespace, resource, cast(list[str], key))

        return derived

    # -- nodes -----------------------------------------------------------------------------------------------------

    def _fused(self, column: plan.Column, inner: plan.Node) -> NodeFunction:
        """A node that reads one column: what it makes of none is known before, where it asks for it more than once."""
        make = self.node(inner)
        parts = [part for node in nodes(inner) for value in own_values(node) for part in value_parts(value)]
        if parts.count(column) < 2 or any(isinstance(part, plan.FileValue) for part in parts):
            return make
        blank, run = Row({}), Run({}, 0)
        for _ in range(column.up):
            blank = Row({}, parent=blank)
        nothing = make(blank, run)
        if run.found:
            return make
        read = compile_value(column)

        def fused(row: Row, run: Run) -> Result:
            return nothing if read(row, run) is None else make(row, run)

        return fused

    def _when(self, condition: plan.Condition) -> Test:
        """A condition that is not looked at where the record has nothing of what it needs."""
        holds = compile_condition(condition)
        needs = when_needs(condition) if self._needs is not None else None
        if needs is None or len(condition_values(condition)) < FEW:
            return holds

        def when(row: Row, run: Run) -> bool:
            lacks = run.lacks
            return not (lacks is not None and lacks(needs)) and holds(row, run)

        return when

    def _guard(self, condition: plan.Condition, inner: plan.Node) -> NodeFunction:
        holds, make = compile_condition(condition), self.node(inner)
        constant = not reads_record(inner)

        def guard(row: Row, run: Run) -> Result:
            if not holds(row, run):
                return NOTHING
            fragment, present = make(row, run)
            return fragment, present or (constant and fragment is not None)

        return guard

    def _object(self, node: plan.Object) -> NodeFunction:
        members = self._members(node.members, exclusive=node.exclusive)
        reads, required = node.reads, node.required

        def build(row: Row, run: Run) -> Result:
            texts, present = members(row, run)
            if reads and not present:
                return NOTHING
            if not texts:
                return NOTHING
            if required:
                for item in required:
                    if not any(name in texts for name in item.members):
                        run.report("V203", item.order, row)
            return "{" + ",".join(texts.values()) + "}", present

        return build

    def members(self, body: plan.Object, first: tuple[str, ...]) -> Callable[[Row, Run], tuple[dict[str, str], bool]]:
        """A rule's members: those in `first` are evaluated before the others, and stand where the file has them."""
        return self._members(body.members, first, body.exclusive)

    def _members(
        self,
        members: tuple[plan.Member, ...],
        first: tuple[str, ...] = (),
        exclusive: tuple[plan.Exclusive, ...] = (),
    ) -> Callable[[Row, Run], tuple[dict[str, str], bool]]:
        compiled = [
            (
                member.name,
                quote(member.name) + ":",
                self.node(member.node),
                member.absent,
                self._when(member.when) if member.when is not None else None,
            )
            for member in members
        ]
        early = [number for number, member in enumerate(members) if member.name in first]
        turns = early + [number for number in range(len(compiled)) if number not in early]
        in_turn = [compiled[number] for number in turns]

        def build(row: Row, run: Run) -> tuple[dict[str, str], bool]:
            texts: dict[str, str] = {}
            present = False
            for name, prefix, make, absent, when in in_turn:
                if when is not None and not when(row, run):
                    continue
                if name in first:
                    run.listing = name
                fragment, there = make(row, run)
                run.listing = ""  # asked for by this member alone
                if fragment is not None:
                    texts[name] = prefix + fragment
                    present = present or there
                elif absent is not None:
                    texts[name] = absent
            for choice in exclusive:
                given = [name for name in choice.members if name in texts]
                for name in given[1:]:
                    del texts[name]
                    run.report("V208", choice.order, row)
            if early:
                texts = {name: texts[name] for name, *_ in compiled if name in texts}
            return texts, present

        return build

    def _array(self, node: plan.Array) -> NodeFunction:
        items = [
            (
                self.node(item.node),
                walk(item.each) if item.each is not None else _here,
                compile_value(item.distinct) if item.distinct is not None else None,
            )
            for item in node.items
        ]
        single = node.single

        def simple(row: Row, run: Run) -> Result:
            texts, present = [], False
            for make, _, _ in items:
                fragment, there = make(row, run)
                if fragment is not None:
                    texts.append(fragment)
                    present = present or there
            return ("[" + ",".join(texts) + "]", present) if texts else NOTHING

        def counted(row: Row, run: Run) -> Result:
            listing, run.listing = run.listing, ""
            outer = run.position
            texts: list[str] = []
            seen: dict[str, int] = {}
            present = False
            for make, rows, distinct in items:
                for place in rows(row):
                    key = distinct(place, run) if distinct is not None else None
                    run.position = len(texts) + 1
                    fragment, there = make(place, run)
                    if fragment is None or (key is not None and key in seen):
                        continue
                    texts.append(fragment)
                    present = present or there
                    if key is not None:
                        seen[key] = len(texts)
            run.position = outer
            if listing:
                run.keyed[listing] = seen
            if not texts:
                return NOTHING
            return texts[0] if single else "[" + ",".join(texts) + "]", present

        return simple if node.plain else counted

    def _first(self, options: tuple[plan.Node, ...]) -> NodeFunction:
        compiled = [self.node(option) for option in options]

        def first(row: Row, run: Run) -> Result:
            for make in compiled:
                result = make(row, run)
                if result[0] is not None:
                    return result
            return NOTHING

        return first

    def _reference(self, node: plan.Reference) -> NodeFunction:
        rule = self._rules[node.rule]
        identity = self.identity(node.rule)
        members = self._members(node.members) if node.members else None
        start, up = '{"reference":"' + rule.resource + "/", node.up

        def reference(row: Row, run: Run) -> Result:
            found = identity(above(row, up), run)
            if found is None:
                return NOTHING
            if members is None:
                return start + found + '"}', True
            texts, _ = members(row, run)
            return start + found + '"' + "".join("," + text for text in texts.values()) + "}", True

        return reference

    def _period_end(self, node: plan.PeriodEnd) -> NodeFunction:
        start, end, order = self.node(node.start), self.node(node.end), node.order

        def period_end(row: Row, run: Run) -> Result:
            fragment, present = end(row, run)
            if fragment is None:
                return NOTHING
            begun, _ = start(row, run.quiet())  # the start itself reports its findings
            if begun is not None and ends_before(begun, fragment):
                run.report("V207", order, row)
                return NOTHING
            return fragment, present

        return period_end


def _here(row: Row) -> Iterable[Row]:
    return (row,)


def walk(each: plan.Each) -> Callable[[Row], Iterable[Row]]:
    """The rows of `$each`, in order, as a function of the row that it stands in."""
    up, (first, *deeper) = each.up, each.down

    def rows(row: Row) -> Iterable[Row]:
        found: Iterable[Row] = above(row, up).children.get(first, ())
        for context in deeper:
            found = [child for place in found for child in place.children.get(context, ())]
        return found

    return rows
