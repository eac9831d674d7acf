"""What any Python loop must at least pay: to make the same resources as objects, and to write them.

For mappings that nobody has written out by hand. The resources are read ready-made from NDJSON, which costs less than
making them from a row: no conversion is measured, so a real loop is slower than this.

    python -m benchmarks.floors {dicts|models} NDJSON_FOLDER OUT
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import orjson

from benchmarks.runs import resource_files

Write = Callable[[bytes], bytes]


def as_dicts(line: bytes) -> bytes:
    """A resource as dicts, and back with orjson."""
    return orjson.dumps(orjson.loads(line), option=orjson.OPT_APPEND_NEWLINE)


def as_models(kind: str) -> Write:
    """A resource as fhir.resources (R4B) objects, and back."""
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)

    def write(line: bytes) -> bytes:
        text: str = model.model_validate(orjson.loads(line)).model_dump_json()
        return text.encode() + b"\n"

    return write


def main(form: str, source: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for file in resource_files(source):
        write = as_dicts if form == "dicts" else as_models(file.stem.partition("-")[0])
        with file.open("rb") as lines, (out / file.name).open("wb", buffering=1 << 16) as to:
            for line in lines:
                to.write(write(line))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
