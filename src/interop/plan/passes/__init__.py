"""Passes: plain functions from plan to plan, run in this order. What they do to a body they do when it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from interop.plan.model import Plan
from interop.plan.passes.fold import fold_constants
from interop.plan.passes.fuse import fuse_columns
from interop.plan.passes.project import project_columns
from interop.plan.passes.widen import has_names, widen_groups

PASSES: tuple[Callable[[Plan], Plan], ...] = (
    widen_groups,
    fold_constants,
    fuse_columns,
)

__all__ = [
    "PASSES",
    "fold_constants",
    "fuse_columns",
    "has_names",
    "project_columns",
    "widen_groups",
]
