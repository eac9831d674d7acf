"""Law of silence, of delimited files: no value of a record stands anywhere but in the output and in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.api import Mapping
from interop.errors import UsageError
from tests.laws.sampled import SAMPLED, of_messages, samples
from tests.laws.silence import (
    CANARY,
    NOISE,
    assert_coverage_silent,
    assert_quarantine_silent,
    assert_replay_silent,
    assert_silent,
    assert_stream_silent,
    load,
)

PACKAGES = [name for name in SAMPLED if not of_messages(name)]


def canaries(columns: int, first: int = 0) -> list[str]:
    return [CANARY.format(number) for number in range(first, first + columns)]


def sampled(mapping: Mapping) -> Iterator[tuple[Path, list[str], str]]:
    """For each sample: its path, its header and its first line of data."""
    layout = mapping.package.layout
    for path in samples(mapping.id):
        header, line, *_ = path.read_text(encoding=layout.charset).splitlines()
        yield path, [name.strip('"') for name in header.split(layout.delimiter)], line


def spoilt(mapping: Mapping, names: list[str], line: str) -> str:
    """A file with canaries in every field of every kind of record: that converts, that fails, that cannot be read."""
    delimiter = mapping.package.layout.delimiter
    good = line.split(delimiter)
    rows = [canaries(len(names))]
    for place in range(len(names)):  # one canary in a good record, at each place in turn
        rows.append([*good[:place], CANARY.format(place), *good[place + 1 :]])
    rows += [canaries(len(names) - 1), canaries(len(names) + 1), ["", *canaries(len(names) - 1)]]
    rows += [[f'"{CANARY.format(1)}"x', *canaries(len(names) - 1)], [CANARY.format(2) + "\0", *good[1:]]]
    rows += [[f'"{CANARY.format(3)}', *canaries(len(names) - 1)]]  # a quote that is never closed
    return "\n".join([delimiter.join(names), *(delimiter.join(row) for row in rows), ""])


@pytest.mark.parametrize("name", PACKAGES)
def test_run_says_no_value(name: str, tmp_path: Path) -> None:
    mapping = load(name)
    files = []
    for path, names, line in sampled(mapping):
        file = tmp_path / path.name
        file.write_bytes(spoilt(mapping, names, line).encode(mapping.package.layout.charset))
        files.append(file)
    assert_silent(["-m", name, "--findings", "1000", *files], tmp_path / "out")
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["records"]["quarantined"] > 0
    assert report["records"]["converted"] > 0
    assert len({finding["code"] for finding in report["findings"]}) > 5
    assert assert_quarantine_silent(tmp_path / "out") == report["records"]["quarantined"] + report["rejectedFiles"]
    assert_replay_silent(name, tmp_path / "out")
    assert_stream_silent(name, files[0])
    assert_coverage_silent(["-m", name, *files], tmp_path)


@pytest.mark.parametrize("name", PACKAGES)
def test_file_without_its_header_says_no_value(name: str, tmp_path: Path) -> None:
    """The first record stands where the names should be."""
    mapping = load(name)
    files = []
    for path, names, _ in sampled(mapping):
        file = tmp_path / path.name
        rows = [canaries(len(names), first) for first in (0, 100)]
        file.write_text("\n".join(mapping.package.layout.delimiter.join(row) for row in rows), encoding="ascii")
        files.append(file)
    assert_silent(["-m", name, *files], tmp_path / "out")
    assert_quarantine_silent(tmp_path / "out")


@pytest.mark.parametrize("name", PACKAGES)
def test_conversion_of_one_record_says_no_value(name: str) -> None:
    mapping = load(name)
    for path, names, _ in sampled(mapping):
        row = dict(zip(names, canaries(len(names)), strict=True))
        for record in (row, [row], mapping.package.layout.delimiter.join(names) + "\nQzx|wvK,Qzx"):
            done = mapping.convert(record, file=path.name)
            assert done.findings
            assert not NOISE.search("\n".join(map(str, done.findings)).encode())
            assert not NOISE.search(repr(done.findings).encode())
            assert not NOISE.search(repr(done).encode())


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize(
    "record",
    [
        {"Qzx": "Qzx"},
        "Qzx wvK",
        b"\xffQzx",
        ["Qzx"],
        [{}, {"Qzx": "1"}],
        "Qzx\nwvK\nQzx",
        17,
        None,
    ],
    ids=repr,
)
def test_refusal_of_a_record_says_no_value(name: str, record: object) -> None:
    with pytest.raises(UsageError) as refused:
        load(name).convert(record)
    assert not NOISE.search(str(refused.value).encode())
    assert refused.value.__cause__ is None
