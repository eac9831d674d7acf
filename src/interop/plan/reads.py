"""What a plan reads, told from the trees of its rules before any body is made.

It is what `passes.project_columns` finds in the bodies after all passes (tests/laws/test_reads.py), where no group by
names is widened: `spec.uses` knows what becomes of a tree.
"""

from __future__ import annotations

from interop.plan import model as plan
from interop.spec.uses import Used


def reads_of(compiled: plan.Plan, uses: Used) -> dict[str, tuple[str, ...]]:
    """The columns of each context that some rule reads; see `Plan.reads`."""
    found: dict[str, dict[str, None]] = {}
    for opened in uses.opened:
        for name in compiled.path(opened):
            found.setdefault(name, {"#": None} if compiled.contexts[name].numbered else {})
    for context, name in uses.columns:
        found.setdefault(context, {})[name] = None
    return {context: tuple(sorted(names)) for context, names in sorted(found.items())}
