"""Samples with random damage: every record of a file is one of a sample's, with some bytes changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from interop.api import Mapping
from interop.spec.hl7v2_layout import Hl7v2Layout
from tests.laws.sampled import samples

MESSAGE = b"MSH|"
ODD = [bytes([one]) for one in b"\r\n\t\0\x0b\x1c\x1a\x1b\x7f\x80\xa0\xe3\xff\xfe |^~\\&#\"',;0-./1A"]
ODD += [b"\r\n", b"\n\n", b'""', b'"\n"', b"\rMSH|^~\\&|", b"\rBTS|1\r", b"\rFHS|^~\\&\r", b"\rOBX|", b"\rZZZ|1\r"]
ODD += [b"|MSH", b"\\F\\", b"\\X4", b"\\.br\\", b"\x1b$B", b"\x1b(B", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xed\xa0\x80"]
ODD += [b"99999999", b"00000000", b"20240230", b"-1", b"1e400", b"9" * 400, b"NaN", b"A" * 70, b"{}", b"[x]", b"$ref"]
ODD += ["é漢🙂".encode()]


@dataclass(frozen=True)
class Seed:
    """A sample: its name, what stands before its records, and these."""

    name: str
    head: bytes
    records: tuple[bytes, ...]


def seeds(mapping: Mapping) -> list[Seed]:
    """The samples of a package, cut into records; rows that share a key stay apart."""
    cut = _messages if isinstance(mapping.package.layout, Hl7v2Layout) else _rows
    return [cut(path) for path in samples(mapping.id)]


def _rows(path: Path) -> Seed:
    head, *rows = path.read_bytes().splitlines(keepends=True)
    return Seed(path.name, head, tuple(rows))


def _messages(path: Path) -> Seed:
    head, *messages = path.read_bytes().split(MESSAGE)
    return Seed(path.name, head, tuple(MESSAGE + one for one in messages))


def mutant(chance: Random, record: bytes, other: bytes) -> bytes:
    """A record with bytes changed, put in, taken out, doubled, or brought over from another."""
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        at = chance.randrange(len(record) + 1)
        end = min(len(record), at + chance.choice([1, 1, 1, 3, 10, 60]))
        match chance.randrange(7):
            case 0:
                record = record[:at] + bytes([chance.randrange(256)]) + record[at + 1 :]
            case 1:
                record = record[:at] + chance.choice(ODD) + record[at:]
            case 2:
                record = record[:at] + chance.choice(ODD) + record[end:]
            case 3:
                record = record[:at] + record[end:]
            case 4:
                record = record[:end] + record[at:]
            case 5:
                start = chance.randrange(len(other) + 1)
                record = record[:at] + other[start : start + chance.choice([1, 10, 100])] + record[end:]
            case 6 if chance.random() < 0.2:
                record = record[:at]
            case _:
                record = record[:at] + record[at:end].swapcase() + record[end:]
    return record


def mutants(chance: Random, seed: Seed, count: int) -> list[bytes]:
    """What a file is made of: its head, in a few of them damaged, and so many damaged records."""
    records = [mutant(chance, chance.choice(seed.records), chance.choice(seed.records)) for _ in range(count)]
    head = mutant(chance, seed.head, seed.records[0]) if chance.random() < 0.1 else seed.head
    return [head, *records]
