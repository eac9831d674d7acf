"""What a plan reads: values are text of a record, or none; conditions of them are true or false."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from interop.errors import Place
from interop.immutable import immutable
from interop.values.failure import Failure, Noted

Apply: TypeAlias = Callable[[str], "str | Failure | Noted | None"]

# -- values ----------------------------------------------------------------------------------------------------------


@immutable()
class Constant:
    """Text from the mapping."""

    text: str


@immutable()
class Column:
    """A column of the context `up` levels above the current one (0: the current)."""

    context: str
    name: str
    up: int


@immutable()
class Named:
    """The name of the column that stands for a row of a group by names: always the same, and yet read of the record."""

    text: str


@immutable()
class FileValue:
    """`file.name`, `file.disease`: the same for all records of a file."""

    name: str


@immutable()
class RecordNumber:
    """`record.number`."""


@immutable()
class Template:
    """Texts in a row; null when any is null."""

    parts: tuple[Value, ...]


@immutable()
class Choice:
    """The first that is present; null when there are none."""

    options: tuple[Value, ...]


@immutable()
class Stepped:
    """A value through one step. `order` names the step in findings."""

    source: Value
    name: str
    args: tuple[str, ...]
    apply: Apply
    order: int
    place: Place


Value: TypeAlias = Constant | Column | Named | FileValue | RecordNumber | Template | Choice | Stepped

# -- conditions ------------------------------------------------------------------------------------------------------


def present(_: str) -> bool:
    """The test of `exists`: that there is a text is enough."""
    return True


@immutable()
class Test:
    """A condition on one text: false when it is null. `words` is for `explain`."""

    value: Value
    holds: Callable[[str], bool]
    words: str


@immutable()
class Compare:
    """A condition on two texts of the record; false when either is null."""

    left: Value
    right: Value
    holds: Callable[[str, str], bool]
    words: str


@immutable()
class Not:
    condition: Condition


@immutable()
class All:
    conditions: tuple[Condition, ...]


@immutable()
class Some:
    conditions: tuple[Condition, ...]


Condition: TypeAlias = Test | Compare | Not | All | Some
