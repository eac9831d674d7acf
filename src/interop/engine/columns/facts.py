"""What is known of a plan's nodes before any batch, found once for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from interop.engine.columns.native_nodes import is_native
from interop.engine.needs import Needs, NodeNeeds
from interop.plan import model as plan
from interop.plan.walk import is_loose, reads_record

T = TypeVar("T")


class NodeFacts:
    """Facts of nodes, by identity: a plan lives as long as what asks for them."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._needs = NodeNeeds(compiled)
        self._native: dict[int, tuple[plan.Node, bool]] = {}
        self._loose: dict[int, tuple[plan.Node, bool]] = {}
        self._reads: dict[int, tuple[plan.Node, bool]] = {}

    def needs(self, node: plan.Node) -> Needs:
        """See `NodeNeeds.of`."""
        return self._needs.of(node)

    def is_native(self, node: plan.Node) -> bool:
        """See `native_nodes.is_native`."""
        return _once(self._native, node, is_native)

    def is_loose(self, node: plan.Node) -> bool:
        """See `walk.is_loose`."""
        return _once(self._loose, node, is_loose)

    def reads_record(self, node: plan.Node) -> bool:
        """See `walk.reads_record`."""
        return _once(self._reads, node, reads_record)


def _once(known: dict[int, tuple[plan.Node, T]], node: plan.Node, find: Callable[[plan.Node], T]) -> T:
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = node, find(node)
    return found[1]
