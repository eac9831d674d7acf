"""The columnar executor: a plan over batches of records, on Polars."""

from interop.engine.columns.executor import ColumnExecutor, ColumnResult, Take, without
from interop.engine.columns.repeats import Rules

__all__ = ["ColumnExecutor", "ColumnResult", "Rules", "Take", "without"]
