"""What stands in the fields of random messages: what a mapping asks for, and what makes readers think twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from random import Random
from typing import Any

from interop.spec import tree
from interop.spec.concept_maps import ConceptMap

SIZE = 60  # texts that a field chooses from
PLAIN = [
    "1", "2", "3", "x", "A", "F", "", "Lee", "Ann Bo", "007", "1.10", "-3", "1.2.3", "ISO", "LN", "MR", "Y", "N",
    "20240229", "2024", "202405", "20240501T1030", "202403310230", "20240501093000+0500", "20240230", "00000000",
    "é漢🙂", " ", "a b ", 'q"u', "{x}", "http://e.org/x?a=1", "555-0100", "mg", "true", "d1", "9" * 20, "tab\there",
]  # fmt: skip
ODD = [
    '""', "\\T\\", "\\S\\", "\\F\\", "\\R\\", "\\E\\", "\\P\\", "\\X41\\", "\\XC3A9\\", "\\XFF\\", "\\X4\\", "\\X00\\",
    "\\H\\b\\N\\", "\\.br\\", "\\.sp3\\", "\\.in\\", "\\q\\", "\\C2842\\", "\\M2842\\", "\\Zx\\", "\\", "a\\", "\\\\",
    '""^""', '^""', '""~x', "#", "\u2028", "\x1b$B2>\x1b(B",
]  # fmt: skip


class Vocabulary:
    """The texts of each field, always the same ones, the plainest first.

    Args:
        asked: By field and number of the component (`PID-8`, 1) what the mapping compares it with or translates.
    """

    def __init__(self, asked: Mapping[tuple[str, int], tuple[str, ...]]) -> None:
        self._asked = asked
        self.texts = cache(self._texts)

    def _texts(self, field: str) -> list[str]:
        chance = Random(field)
        most = max((number for name, number in self._asked if name == field), default=0)
        first = [text for text in self._asked.get((field, 1), ()) if text][:SIZE]
        return ["1", *first, *(self._field(field, chance, max(most, 4)) for _ in range(SIZE))]

    def _field(self, field: str, chance: Random, most: int) -> str:
        repeats = chance.choice([1, 1, 1, 1, 2, 3])
        return "~".join(self._repetition(field, chance, most) for _ in range(repeats))

    def _repetition(self, field: str, chance: Random, most: int) -> str:
        count = chance.choice([1, 1, 2, 3, 4, most])
        return "^".join(self._component(field, chance, number) for number in range(1, count + 1))

    def _component(self, field: str, chance: Random, number: int) -> str:
        asked = self._asked.get((field, number))
        if asked and chance.random() < 0.7:
            return chance.choice(asked)
        parts = [chance.choice(ODD if chance.random() < 0.1 else PLAIN) for _ in range(chance.choice([1] * 9 + [2, 3]))]
        return "&".join(parts)


def asked_by(rules: Iterable[tree.Rule], maps: Mapping[str, ConceptMap]) -> Vocabulary:
    """The vocabulary of a mapping: the literals of its conditions and the codes of its concept maps, by field.

    Patterns are not read: what they ask for comes by chance.
    """
    found: dict[tuple[str, int], dict[str, None]] = {}
    bodies = {id(rule.body): rule for rule in rules}  # rules of several contexts share theirs
    for node in (part for rule in bodies.values() for part in _parts(rule)):
        match node:
            case tree.Compare(left, _, tree.Constant(text)):
                _note(found, left, (text,))
            case tree.In(left, texts):
                _note(found, left, texts)
            case tree.Piped(_, steps):
                for step in steps:
                    if step.name in ("code", "display", "system", "ucum") and step.args:
                        _note(found, node, tuple(maps[step.args[0]].rows)[:SIZE])
    return Vocabulary({at: tuple(texts) for at, texts in found.items()})


def _note(found: dict[tuple[str, int], dict[str, None]], value: tree.Value, texts: tuple[str, ...]) -> None:
    for part in _parts(value):
        if isinstance(part, tree.Path) and "-" in part.parts[0]:
            field, *rest = part.parts
            number = int(rest[0]) if rest and rest[0].isdigit() else 1
            found.setdefault((field.partition("[")[0], number), {}).update(dict.fromkeys(texts))


def _parts(node: Any) -> Iterator[Any]:
    """A tree, and everything in it."""
    yield node
    if isinstance(node, tuple | list):
        for one in node:
            yield from _parts(one)
    elif is_dataclass(node):
        for one in fields(node):
            yield from _parts(getattr(node, one.name))
