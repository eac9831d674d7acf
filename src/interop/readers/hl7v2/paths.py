"""The columns of a message's tables, by their names: `PID-3[2].4`, `OBX-5.*`, `OBR`, `PID-19 deleted`."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from interop.immutable import immutable

STRUCTURE = "record.structure"
NUMBER = "#"
PRESENT = "true"
NULL = '""'

_PATH = re.compile(
    r"(?P<segment>[A-Z][A-Z0-9]{2})-(?P<field>[1-9]\d*)(?:\[(?P<repetition>[1-9]\d*)\])?"
    r"(?:\.(?P<component>[1-9]\d*)(?:\.(?P<subcomponent>[1-9]\d*))?)?(?P<whole>\.\*)?(?P<deleted> deleted)?"
)
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")


class Reads(Enum):
    """What a column has of the place that its path names."""

    TEXT = "text"
    WHOLE = "whole"  # a repetition with its separators
    DELETED = "deleted"
    PRESENCE = "presence"  # of a segment


_TEXT = Reads.TEXT  # a member of an enumeration is looked up by a call


@immutable()
class FieldPath:
    """A column of a message. Numbers count from 1; `field` is 0 for a segment."""

    segment: str
    field: int = 0
    repetition: int = 1
    component: int = 1
    subcomponent: int = 1
    reads: Reads = Reads.TEXT


@lru_cache(maxsize=8192)
def parse_path(name: str) -> FieldPath | None:
    """The path of a column; None when it is none of a segment.

    >>> parse_path("PID-3[2].4")
    FieldPath(segment='PID', field=3, repetition=2, component=4, subcomponent=1, reads=<Reads.TEXT: 'text'>)
    """
    found = _PATH.fullmatch(name)
    if found is None:
        return FieldPath(name, reads=Reads.PRESENCE) if _SEGMENT.fullmatch(name) else None
    segment, field, repetition, component, subcomponent, whole, deleted = found.groups()
    if whole and (component or deleted):
        return None
    return FieldPath(
        segment,
        int(field),
        int(repetition) if repetition else 1,
        int(component) if component else 1,
        int(subcomponent) if subcomponent else 1,
        Reads.WHOLE if whole else Reads.DELETED if deleted else _TEXT,
    )


@lru_cache(maxsize=8192)
def repetition_context(name: str) -> tuple[str, str, int] | None:
    """The owner, segment and field of a context of repetitions, `patient/PID-3`; None for another context."""
    owner, slash, field = name.rpartition("/")
    path = parse_path(field) if slash else None
    return (owner, path.segment, path.field) if path is not None and path.field else None
