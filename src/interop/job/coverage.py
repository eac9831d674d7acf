"""Coverage of an input: its fields counted, its records converted without a trace, both laid into one ledger."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from interop.errors import CODES, Place
from interop.job.conversion import Converter
from interop.job.inputs import check_inputs, open_input
from interop.job.ledger import Ledger, make_ledger
from interop.job.losses import Losses
from interop.job.misses import Misses
from interop.job.options import Options
from interop.job.outputs import NoOutput
from interop.job.reading import Reading
from interop.plan import model as plan
from interop.plan.walk import nodes, rule_values, value_parts
from interop.readers import open_reader
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.package import Package

MISSES = frozenset({"C301", "C302", "C303", "C304", "C305"})
LOSSES = frozenset({"V207", "V208", "V214"})  # a value came through, with less than was sent
ROWS, MESSAGES = 10_000, 1_000  # records a batch: what converts fastest within 512 MB


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
        _convert(package, compiled, Reading(compiled, package.layout, paths, Path(spool)), ledger, reveal=reveal)
    return ledger


def _convert(package: Package, compiled: plan.Plan, reading: Reading, ledger: Ledger, *, reveal: bool) -> None:
    """Converts the records, and counts in the ledger what was missed and lost."""
    reading.parents()
    converter = Converter(compiled, package.layout, Options())
    losses, misses = Losses(compiled), Misses(compiled)
    maps = dict(_maps(compiled))
    found: Counter[tuple[str, str, Place | None]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    missed: Counter[str] = Counter()
    for batch in reading.batches(MESSAGES if isinstance(package.layout, Hl7v2Layout) else ROWS):
        done = converter.convert(batch, NoOutput())
        findings = [*done.findings, *(finding for _, failed in done.failed for finding in failed)]
        found.update((finding.code, finding.target, finding.rule) for finding in findings)
        for target, what, count in losses.of(batch):
            lost[target, what] += count
        if reveal:
            for name, codes in misses.of(batch, [one for one in findings if one.code in MISSES]):
                ledger.codes.setdefault(name, Counter()).update(codes)
    for (code, target, place), count in found.items():
        if code in MISSES and place is not None:
            missed[maps.get(place, "")] += count
        elif code in LOSSES:
            lost[target, f"{CODES[code].title} ({code})"] += count
    ledger.misses = dict(sorted(missed.items()))
    ledger.lost = dict(sorted(lost.items()))


def _maps(compiled: plan.Plan) -> Iterator[tuple[Place, str]]:
    """Where each concept map is used: the place that a finding names."""
    for rule in compiled.rules:
        for node in nodes(rule.body):
            if isinstance(node, plan.Coded):
                yield node.place, node.map
        for value in rule_values(rule):
            for part in value_parts(value):
                if isinstance(part, plan.Stepped) and part.name in ("code", "display", "system", "ucum") and part.args:
                    yield part.place, part.args[0]
