"""What makes two runs the same: whoever resumes one must have the same input, mapping, options and program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from interop.job.inputs import file_name
from interop.job.options import Options
from interop.plan.model import Plan

CHANGING = ("shape", "latest", "part_bytes", "limit", "sample", "meta_source", "provenance", "outcomes")
"""Options that change some byte of what is written."""


def identity_of(compiled: Plan, inputs: Sequence[Path | Literal["-"]], options: Options) -> dict[str, object]:
    """The identity of a run, by what a message can name: input, mapping, options, version.

    Files are told by name, size and time of change. Batches, workers and executors change no byte, and are left out.
    """
    return {
        "input": [_file(path) for path in inputs],
        "mapping": [compiled.mapping, compiled.version, compiled.hash],
        "options": [getattr(options, name) for name in CHANGING],
        "limits": asdict(options.limits),
        "version": version("interop"),
    }


def _file(path: Path | Literal["-"]) -> list[object]:
    if not isinstance(path, Path):
        return ["-"]
    status = path.stat()
    return [file_name(path), status.st_size, status.st_mtime_ns]
