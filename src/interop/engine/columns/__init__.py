"""The columnar executor: a plan over batches of records, on Polars."""

from interop.engine.columns.bulk import BulkExecutor, ColumnResult, Take, without
from interop.engine.columns.executor import ColumnExecutor

__all__ = ["BulkExecutor", "ColumnExecutor", "ColumnResult", "Take", "without"]
