"""Every bound on what an input may ask of this program, in one place.

A bound is no setting for correctness: what passes one costs its record (or its file) and is a finding, never a crash.
"""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on inputs. Units: names that end in `bytes` are bytes, the others count things.

    `chunk_bytes`, `chunk_lines`, `batch_bytes` and `bad_rows` bound memory and change no result.
    """

    chunk_bytes: int = 1 * MIB  # read and shredded at a time
    chunk_lines: int = 250_000  # the same in lines, roughly
    batch_bytes: int = 64 * MIB  # input bytes in a batch, whatever `batch_rows` allows
    message_bytes: int = 16 * MIB  # input bytes in a batch of HL7 v2 messages, whatever `batch_rows` allows
    record_bytes: int = 64 * MIB  # of a longer line or record only so much is kept, for quarantine
    columns: int = 4096  # in a header
    bad_rows: int = 20_000  # held at a time; more are read in turns, with the same result
    quoted_lines: int = 10_000  # lines of a row whose quoted fields hold line ends
    quoted_bytes: int = 4 * MIB  # the same in bytes of UTF-8
    group_rows: int = 100_000  # rows of a record with a key
    seen_keys: int = 8_000_000  # record keys remembered for a file, 8 bytes each
    lookup_bytes: int = 1024 * MIB  # a parent table in memory
    named_columns: int = 20  # names listed in one finding

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"limit {name} must be at least 1")
