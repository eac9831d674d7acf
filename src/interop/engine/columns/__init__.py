"""The columnar executor: a plan over batches of records, on Polars."""

from interop.engine.columns.executor import ColumnExecutor, ColumnResult

__all__ = ["ColumnExecutor", "ColumnResult"]
