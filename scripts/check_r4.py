"""Checks all that the bundled mappings give, from their samples and tests, against FHIR R4. Exit 1 when any is invalid.

python scripts/check_r4.py [ID…]
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import interop
from interop import find
from interop.fhir.check import check_json
from interop.job.run import Options, run_job

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 20


def main(wanted: list[str]) -> int:
    invalid = 0
    for package in find.packages():
        if wanted and package.id not in wanted:
            continue
        mapping = interop.load(package.folder)
        seen: Counter[str] = Counter()
        problems: list[str] = []
        for inputs in input_sets(package.id, package.folder):
            with tempfile.TemporaryDirectory() as folder:
                for shape in ("ndjson", "bundle"):
                    out = Path(folder) / shape
                    run_job(mapping.plan, mapping.package.layout, inputs, out, Options(shape=shape))
                    for file in sorted(out.glob("*.ndjson")):
                        if file.stem == "findings":
                            continue
                        for number, line in enumerate(file.read_bytes().splitlines(), 1):
                            seen[file.stem] += 1
                            problems += [f"{inputs[0]} {file.stem} {number}: {found}" for found in check_json(line)]
        invalid += len(problems)
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(seen.items())) or "no output"
        print(f"{package.id}: {counts}: {len(problems)} problems")
        for problem in problems[:SHOWN]:
            print(f"  {problem}")
    return 1 if invalid else 0


def input_sets(identity: str, folder: Path) -> Iterator[list[Path]]:
    """The samples of a mapping, and the inputs of each of its tests."""
    samples = [file for file in sorted((ROOT / "samples" / identity).glob("*")) if file.suffix != ".md"]
    if samples:
        yield samples
    for test in sorted((folder / "tests").glob("*/")):
        inputs = [file for file in sorted(test.iterdir()) if not file.name.startswith(("out.", "findings.", "."))]
        if inputs:
            yield inputs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
