"""The command line: one module a command, thin over `interop.api` and `interop.job`.

`main` is the entry point. Nothing here imports polars, pydantic or a reader before a command needs it, so that
`interop --help` answers at once.
"""

from __future__ import annotations

from interop.cli.program import main

__all__ = ["main"]
