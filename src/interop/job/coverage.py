"""Coverage of an input: its fields counted, its records converted without a trace, both laid into one ledger."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from interop.errors import Finding, Place
from interop.job.conversion import Converter
from interop.job.inputs import check_inputs, open_input
from interop.job.ledger import Ledger, make_ledger
from interop.job.misses import missed_codes
from interop.job.options import Options
from interop.job.outputs import NoOutput
from interop.job.reading import Reading
from interop.plan import model as plan
from interop.plan.passes.project import rule_values
from interop.plan.walk import nodes, own_values, value_parts
from interop.readers import open_reader
from interop.spec.package import Package

MISSES = frozenset({"C301", "C302", "C303", "C304", "C305"})
LOSSES = frozenset({"V207", "V208", "V214"})  # a value came through, with less than was sent


def coverage(
    package: Package, compiled: plan.Plan, inputs: Sequence[Path | Literal["-"]], *, reveal: bool = False
) -> Ledger:
    """What becomes of each field of the inputs.

    Args:
        package: The mapping.
        compiled: Its plan.
        inputs: Files, or `-` for standard input.
        reveal: Whether to keep the codes that concept maps do not hold: they are values of the data.

    Raises:
        UsageError: No input, or one that is not there.
    """
    check_inputs(inputs)
    reader = open_reader(package.layout)
    with tempfile.TemporaryDirectory(prefix="interop-") as spool:
        sources = [open_input(path, Path(spool)) for path in inputs]
        ledger = make_ledger(package, compiled, (census for one in sources for census in reader.census(one)))
        paths = [Path(spool) / "stdin" if path == "-" else path for path in inputs]
        reading = Reading(compiled, package.layout, paths, Path(spool))
        reading.parents()
        converter = Converter(compiled, package.layout, Options())
        maps = dict(_maps(compiled))
        found: Counter[tuple[str, str, Place | None]] = Counter()
        for entry in reading.entries(5_000):
            done = converter.convert(entry.batch, NoOutput())
            found.update(_key(finding) for finding in done.findings)
            found.update(_key(finding) for _, findings in done.failed for finding in findings)
            if reveal:
                for name, codes in missed_codes(compiled, entry.batch):
                    ledger.codes.setdefault(name, Counter()).update(codes)
    for (code, target, place), count in sorted(found.items(), key=str):
        if code in MISSES and place is not None:
            name = maps.get(place, "")
            ledger.misses[name] = ledger.misses.get(name, 0) + count
        elif code in LOSSES:
            ledger.lost[target, code] = ledger.lost.get((target, code), 0) + count
    return ledger


def _key(finding: Finding) -> tuple[str, str, Place | None]:
    return finding.code, finding.target, finding.rule


def _maps(compiled: plan.Plan) -> Iterator[tuple[Place, str]]:
    """Where each concept map is used: the place that a finding names."""
    for rule in compiled.rules:
        for node in nodes(rule.body):
            if isinstance(node, plan.Coded):
                yield node.place, node.map
            for value in own_values(node):
                yield from _steps(value)
        for value in rule_values(rule):
            yield from _steps(value)


def _steps(value: plan.Value) -> Iterator[tuple[Place, str]]:
    for part in value_parts(value):
        if isinstance(part, plan.Stepped) and part.name in ("code", "display", "system", "ucum") and part.args:
            yield part.place, part.args[0]
