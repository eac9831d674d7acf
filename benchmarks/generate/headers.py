"""Headers as the bundled samples have them, so that no list of columns stands twice."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def header_of(sample: str) -> str:
    """The first line of a sample, without its line end: `br/sim/DOSYN2024.csv`."""
    with (SAMPLES / sample).open(encoding="utf-8") as lines:
        return lines.readline().rstrip("\r\n")
