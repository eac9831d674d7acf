"""Tests of one text that can be looked into: what the columnar executor runs natively, the row executor calls."""

from __future__ import annotations

from interop.immutable import immutable
from interop.values.patterns import fits, matches

SHORT = 64
"""Letters of a text that is worth remembering."""


@immutable()
class Equals:
    """`= 'text'`."""

    text: str

    def __call__(self, text: str) -> bool:
        return text == self.text


@immutable()
class OneOf:
    """`in ('a', 'b')`."""

    texts: frozenset[str]

    def __call__(self, text: str) -> bool:
        return text in self.texts


@immutable()
class Matching:
    """`matches 'pattern'`: the whole text, by RE2. The lint has compiled the pattern before."""

    pattern: str

    def __call__(self, text: str) -> bool:
        return fits(self.pattern, text) if len(text) <= SHORT else matches(self.pattern, text)
