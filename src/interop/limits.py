"""Every bound of this program, in one place, each with its reason.

A bound is no setting for correctness: what passes one costs its record (or its file, or its mapping) and is a finding,
never a crash. `Limits` are those of a run: one may be raised, and the report says so. `Fixed` are those of the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

KIB = 1024
MIB = 1024 * KIB

__all__ = ["FIXED", "Fixed", "Limits", "Raised", "raised_limits", "reasons"]


def _bound(default: int, why: str) -> int:
    """A field with its reason."""
    made: int = field(default=default, metadata={"why": why})
    return made


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what an input may ask of a run. Units: names that end in `bytes` are bytes, the others count things.

    `chunk_bytes`, `chunk_lines`, `batch_bytes`, `message_bytes` and `bad_rows` bound memory and change no result.
    """

    chunk_bytes: int = _bound(1 * MIB, "read and shredded at a time: what fits a processor's cache")
    chunk_lines: int = _bound(250_000, "the same in lines, roughly, for files of short ones")
    batch_bytes: int = _bound(64 * MIB, "input in a batch, however few its records: a batch is held in memory")
    message_bytes: int = _bound(16 * MIB, "the same of HL7 v2 messages, whose tables take more memory")
    record_bytes: int = _bound(64 * MIB, "of a longer line or record only so much is kept, for quarantine")
    columns: int = _bound(4096, "in a header: the longest of national extracts has a tenth")
    bad_rows: int = _bound(20_000, "rows read one by one that are held at a time; more are read in turns")
    quoted_lines: int = _bound(10_000, "lines of one row: a quote that nobody closes would take the file")
    quoted_bytes: int = _bound(4 * MIB, "the same in bytes of UTF-8")
    group_rows: int = _bound(100_000, "rows of a record with a key, which is held whole")
    seen_keys: int = _bound(8_000_000, "record keys remembered for a file, 8 bytes each, to find those that come again")
    lookup_bytes: int = _bound(1024 * MIB, "a parent table in memory")
    named_columns: int = _bound(20, "names listed in one finding, which is to be read")
    provenance_targets: int = _bound(10_000, "targets of one Provenance: some 700 KB, which servers take")

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"limit {name} must be at least 1")


@dataclass(frozen=True, slots=True)
class Fixed:
    """Bounds of the program. Units as in `Limits`; names that end in `seconds` are seconds."""

    # a mapping
    yaml_bytes: int = _bound(4_000_000, "a file of a package: one rule is some kilobytes")
    yaml_depth: int = _bound(48, "levels of a file: the parser recurses")
    node_depth: int = _bound(64, "levels of a rule with its parts written out")
    part_uses: int = _bound(20_000, "parts written out in a package: parts that use parts multiply")
    layers: int = _bound(8, "overlays on one another")
    kept_packages: int = _bound(32, "packages kept for the next run: of 500 rules one is 9 MB")
    expression_depth: int = _bound(32, "parentheses in each other")
    structure_depth: int = _bound(24, "groups of a message structure in each other")
    format_length: int = _bound(64, "characters of a date or time format")
    format_options: int = _bound(6, "optional parts of one, each of which doubles the forms that it reads")
    pad_width: int = _bound(1000, "characters that a step fills up to")
    # a value
    pattern_bytes: int = _bound(1 * MIB, "memory of one pattern of the linear-time engine")
    number_length: int = _bound(64, "characters of a number: FHIR asks for 18 digits")
    unit_length: int = _bound(200, "characters of a UCUM unit")
    string_length: int = _bound(1 * MIB, "characters of a string: R4's own bound")
    # a run
    finding_samples: int = _bound(10, "findings of a code that are kept in full for the report")
    preamble_bytes: int = _bound(1 * MIB, "what stands before a file's first record and is kept for a replay")
    tracked_ids: int = _bound(20_000_000, "ids kept to count those that come again, 8 or 20 bytes each, on disk")
    breaking_records: int = _bound(100, "records of a batch that stop the converter: with more it is at fault itself")
    batch_seconds: int = _bound(300, "that a batch may take before its worker is given up")
    lock_seconds: int = _bound(10, "that a run waits for the workers of one that was killed")
    distinct_values: int = _bound(4_000, "results remembered for a step; past that it starts anew")
    record_ids: int = _bound(4096, "ids of a record remembered for references to them")
    templates: int = _bound(4096, "sequences of segments whose places are remembered")
    template_segments: int = _bound(2048, "segments of a message whose sequence is remembered")
    structures: int = _bound(1024, "message types whose structure is remembered")
    zstd_window_bytes: int = _bound(128 * MIB, "window of a .zst file: what `zstd --long=27` writes")


FIXED = Fixed()


@dataclass(frozen=True, slots=True)
class Raised:
    """A limit of a run that is not the default."""

    name: str
    default: int
    value: int


def raised_limits(limits: Limits) -> tuple[Raised, ...]:
    """Those that are not the default, in their order."""
    pairs = ((name, getattr(Limits(), name), getattr(limits, name)) for name in Limits.__slots__)
    return tuple(Raised(name, default, value) for name, default, value in pairs if default != value)


def reasons(bounds: type[Limits | Fixed]) -> dict[str, tuple[int, str]]:
    """Each bound with its default and its reason."""
    made = bounds()
    return {one.name: (getattr(made, one.name), one.metadata["why"]) for one in fields(bounds)}
