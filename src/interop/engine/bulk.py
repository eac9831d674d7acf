"""Which executor converts batches: the compiled one, where it is there."""

from __future__ import annotations

from typing import Any, Literal

from interop.engine.columns import BulkExecutor
from interop.engine.rust import RustExecutor
from interop.errors import UsageError
from interop.plan.model import Plan
from interop.rust import is_there


def bulk_executor(
    compiled: Plan, executor: Literal["auto", "rust", "columns", "rows"] = "auto", *, threads: int | None = None
) -> BulkExecutor[Any]:
    """The executor of batches that is asked for; `auto` is that of Rust where it is compiled.

    Raises:
        UsageError: That of Rust is asked for, and is not there.
    """
    if executor == "rust" and not is_there():
        raise UsageError("the compiled executor is not on this host; see Installing in README.md, or leave --executor")
    if executor in {"auto", "rust"} and is_there():
        return RustExecutor(compiled)
    from interop.engine.columns.executor import ColumnExecutor

    return ColumnExecutor(compiled, threads=threads)
