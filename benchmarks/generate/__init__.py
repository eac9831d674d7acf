"""Seeded generators of input, one for each mapping: any number of rows, the same bytes on every machine.

The first n rows are the same whatever the size of the file: rows come in blocks, each with its own seed.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.generate import br_sim, intl_hl7v2, mx_covid_linelist, uk_immunisation, us_cms_rif
from benchmarks.generate.blocks import Generator, write_blocks

GENERATORS: dict[str, Generator] = {
    "mx/covid-linelist": mx_covid_linelist.GENERATOR,
    "uk/immunisation": uk_immunisation.GENERATOR,
    "us/cms-rif": us_cms_rif.GENERATOR,
    "br/sim": br_sim.GENERATOR,
    "intl/hl7v2": intl_hl7v2.GENERATOR,
}


def generated(mapping: str, rows: int, folder: Path) -> list[Path]:
    """The files of a mapping's input with that many records, made when they are not there yet."""
    return write_blocks(GENERATORS[mapping], rows, folder)
