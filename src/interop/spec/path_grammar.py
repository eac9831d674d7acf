"""What a path looks like, by the source's format.

Delimited: names and dots, `person.SEX`, with backticks around other characters. HL7 v2: besides, `PID-3[2].4.2`,
`OBX-5.*`, and `CX.4.2`, which starts from what `$from` or `$each` names.
Source: docs/language.md and docs/hl7v2.md, Paths.
"""

from __future__ import annotations

import re

from interop.immutable import immutable

DELETED = " deleted"
"""What stands behind the path of `PID-19 deleted`, in the last part."""

_FIELD = re.compile(r"(?:[a-z][\w-]*/)?([A-Z][A-Z0-9]{2}-[0-9]+)")


@immutable()
class PathGrammar:
    """How paths are written.

    Args:
        path: A whole path.
        part: A part of it; group 1 is what stands in backticks, group 2 what stands without.
        datatypes: Names that begin a path from where `$from` is; empty where there are none.
        messages: The source is of messages: `deleted` is an operator, and fields are contexts.
    """

    path: re.Pattern[str]
    part: re.Pattern[str]
    datatypes: frozenset[str] = frozenset()
    messages: bool = False

    def split(self, written: str) -> tuple[str, ...]:
        """The parts of a path, without backticks."""
        if "`" not in written:
            return tuple(written.split("."))
        return tuple(found[1] or found[2] for found in self.part.finditer(written))

    def is_relative(self, parts: tuple[str, ...]) -> bool:
        """Whether a path starts from where `$from` is: `CX.4.2`."""
        return parts[0] in self.datatypes

    def field(self, context: str) -> str | None:
        """The field whose repetitions a context is: `PID-3` for `PID-3` and `patient/PID-3`; else None."""
        found = _FIELD.fullmatch(context) if self.messages else None
        return found[1] if found else None


def _grammar(name: str, datatypes: frozenset[str], *, messages: bool) -> PathGrammar:
    part = rf"(?:`[^`\n]+`|{name})"
    path = re.compile(rf"{part}(?:\.{part})*")
    return PathGrammar(path, re.compile(rf"`([^`\n]+)`|({name})"), datatypes, messages)


DELIMITED = _grammar(r"\w+|#", frozenset(), messages=False)


def message_paths(datatypes: frozenset[str]) -> PathGrammar:
    """The paths of HL7 v2, where these are the datatypes."""
    return _grammar(r"\w[\w-]*(?:\[[0-9]+\])?|#|\*", datatypes, messages=True)
