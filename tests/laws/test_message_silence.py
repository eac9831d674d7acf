"""Law of silence, of HL7 v2 messages: no value of a message stands anywhere but in the output and in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.errors import UsageError
from tests.laws.sampled import samples
from tests.laws.silence import (
    CANARY,
    NOISE,
    assert_coverage_silent,
    assert_quarantine_silent,
    assert_silent,
    assert_stream_silent,
    load,
)

PACKAGE = "intl/hl7v2"
SAMPLES = samples(PACKAGE)


def messages(path: Path) -> Iterator[list[str]]:
    """The messages of a sample, each as its segments; what stands around them is left."""
    lines = path.read_text(encoding="utf-8").replace("\n", "\r").split("\r")
    starts = [number for number, line in enumerate(lines) if line.startswith("MSH|")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield [line for line in lines[start:end] if line and line[:3] not in {"BTS", "FTS"}]


def spoil(segment: str, *, kind: bool = False) -> str:
    """The segment with canaries in every field, component, subcomponent, in two repetitions.

    Of MSH the separators and the charset stay, and the kind of message unless that is to go as well.
    """
    name, *fields = segment.split("|")
    kept = {"MSH": {0, 16} if kind else {0, 7, 16}}.get(name, set())
    for place in range(max(len(fields), 3)):
        one, two = CANARY.format(place), CANARY.format(500 + place)
        text = f"{one}^{two}^{one}&{two}^{one}&{two}&{one}~{two}^^^{one}"
        if place >= len(fields):
            fields.append(text)
        elif place not in kept:
            fields[place] = text
    return "|".join([name, *fields])


def spoilt(message: list[str]) -> Iterator[list[str]]:
    """Messages with canaries: that convert, that fail, that cannot be read."""
    header, *segments = message
    yield [spoil(one) for one in message]
    yield [spoil(header, kind=True), *map(spoil, segments)]
    for place in range(len(message)):
        yield [*message[:place], spoil(message[place]), *message[place + 1 :]]
    yield [spoil(header), *map(spoil, reversed(segments))]
    yield [header, f"ZQX|{CANARY.format(1)}", CANARY.format(2), f"{CANARY.format(3)}|PID|x", *map(spoil, segments)]
    yield [header, *(one.replace("|", f"|\\{CANARY.format(4)}\\|") for one in segments)]
    fields = header.split("|") + [""] * 18
    yield ["|".join([*fields[:17], CANARY.format(5), *fields[18:]]), *segments]  # a charset that is none
    yield [f"MSH|^~\\&{CANARY.format(6)}|{CANARY.format(7)}", *segments]
    yield [f"MSH|||{CANARY.format(8)}", *segments]
    yield [f"MSH {CANARY.format(9)}"]
    yield [header, f"OBX|1|ST|{CANARY.format(0)}\0\ufffd"]


def write(path: Path, folder: Path) -> Path:
    """A file of such messages, in a batch whose envelope says what is not so, with text around them."""
    canary = CANARY.format(10)
    lines = [canary, f"FHS|^~\\&|{canary}", f"BHS|^~\\&|{canary}"]
    lines += [line for message in messages(path) for one in spoilt(message) for line in one]
    lines += [f"BTS|{canary}", f"FTS|{canary}|{canary}", canary]
    file = folder / path.name
    file.write_bytes("\r".join(lines).encode())
    return file


def test_run_says_no_value(tmp_path: Path) -> None:
    files = [write(path, tmp_path) for path in SAMPLES]
    assert_silent(["-m", PACKAGE, "--findings", "1000", *files], tmp_path / "out")
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    assert report["records"]["quarantined"] > 0
    assert report["records"]["converted"] > 0
    codes = {finding["code"] for finding in report["findings"]}
    assert len(codes) > 10
    assert {"R601", "R610", "R613", "R614"} <= codes
    assert assert_quarantine_silent(tmp_path / "out") == report["records"]["quarantined"] + report["rejectedFiles"]
    assert_stream_silent(PACKAGE, files[0])
    assert_coverage_silent(["-m", PACKAGE, *files], tmp_path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_conversion_of_one_message_says_no_value(path: Path) -> None:
    mapping = load(PACKAGE)
    message = next(messages(path))
    for lines in spoilt(message):
        done = mapping.convert("\r".join(lines), file=path.name)
        assert not NOISE.search("\n".join(map(str, done.findings)).encode())
        assert not NOISE.search(repr(done.findings).encode())
        assert not NOISE.search(repr(done).encode())


@pytest.mark.parametrize("record", [{"Qzx": "Qzx"}, ["Qzx"], 17, None, "MSH|^~\\&|Qzx\rMSH|^~\\&|wvK"], ids=repr)
def test_refusal_of_a_record_says_no_value(record: object) -> None:
    with pytest.raises(UsageError) as refused:
        load(PACKAGE).convert(record)
    assert not NOISE.search(str(refused.value).encode())
    assert refused.value.__cause__ is None
