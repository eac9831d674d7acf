"""A position in a scalar, and the small tokens that values and expressions share."""

from __future__ import annotations

import re
from typing import NoReturn

from interop.errors import Finding, Place
from interop.spec.path_grammar import DELIMITED, PathGrammar
from interop.spec.scalar_place import locate
from interop.spec.tree import Path
from interop.spec.yaml_text import Text

_SPACES = re.compile(r"\s*")


class ScalarError(Exception):
    """A scalar that is not in the grammar. Carries the one finding; caught where scalars are read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class Cursor:
    """Reads `text` from left to right.

    Args:
        scalar: The YAML scalar, for places.
        text: What is read: the scalar's value, or the inside of a quoted text in it.
        base: Where `text` begins in the scalar's value.
        code: The finding's code for what is not in the grammar.
        paths: What a path looks like.
    """

    __slots__ = ("at", "base", "code", "paths", "scalar", "text")

    def __init__(
        self, scalar: Text, text: str, base: int = 0, code: str = "M110", paths: PathGrammar = DELIMITED
    ) -> None:
        self.scalar = scalar
        self.text = text
        self.base = base
        self.code = code
        self.paths = paths
        self.at = 0

    def within(self, text: str, at: int) -> Cursor:
        """A cursor on a text that stands in this one's, from position `at`."""
        return Cursor(self.scalar, text, self.base + at, self.code, self.paths)

    def place(self, at: int | None = None) -> Place:
        """The place of a position of `text`; of the current one when not given."""
        return locate(self.scalar, self.base + (self.at if at is None else at))

    def refuse(self, detail: str, fix: str = "", at: int | None = None, code: str = "") -> NoReturn:
        raise ScalarError(Finding(code or self.code, rule=self.place(at), detail=detail, fix=fix))

    @property
    def done(self) -> bool:
        return self.at >= len(self.text)

    def skip_spaces(self) -> None:
        if self.text[self.at : self.at + 1].isspace() and (found := _SPACES.match(self.text, self.at)):
            self.at = found.end()

    def sees(self, token: str) -> bool:
        return self.text.startswith(token, self.at)

    def takes(self, token: str) -> bool:
        """Take the token when it is next."""
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Take what the pattern matches here."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def quoted(self) -> str:
        """Take a text in quotes; the same quote twice stands for itself."""
        start = self.at
        quote = self.text[start]
        pieces: list[str] = []
        self.at += 1
        while True:
            end = self.text.find(quote, self.at)
            if end < 0:
                self.refuse("a quote that is not closed", f"close it with {quote}", start)
            pieces.append(self.text[self.at : end])
            self.at = end + 1
            if not self.takes(quote):
                return "".join(pieces)
            pieces.append(quote)

    def path(self) -> Path:
        """Take a path."""
        start = self.at
        written = self.match(self.paths.path)
        if written is None:
            self.refuse_word()
        if self.sees("."):
            self.refuse("a path that ends in a dot", "write the column after the dot", self.at)
        parts = self.paths.split(written)
        return Path(parts, self.place(start), relative=self.paths.is_relative(parts))

    def refuse_word(self) -> NoReturn:
        """Refuse what stands where a path is expected."""
        if self.done:
            self.refuse("a path is missing", "write a path here")
        sign = self.text[self.at]
        if sign == "`":
            self.refuse("a backtick that is not closed", "close the name with a second backtick")
        self.refuse(f"`{sign}` where a path is expected", "a constant is written `= text`; other names go in backticks")
