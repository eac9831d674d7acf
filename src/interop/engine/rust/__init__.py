"""The compiled executor: a plan over batches of records, row by row (`rust/src/engine`)."""

from interop.engine.rust.executor import RustExecutor

__all__ = ["RustExecutor"]
