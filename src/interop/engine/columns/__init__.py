"""A plan over batches of records: what its executors do alike, and the columnar one (`executor`), on Polars.

Who takes another executor does not load the columnar one.
"""

from interop.engine.columns.bulk import BulkExecutor, ColumnResult, Take, without

__all__ = ["BulkExecutor", "ColumnResult", "Take", "without"]
