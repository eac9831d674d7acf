"""What the output check finds: a place in a resource and what is wrong there, in words without any value."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Problem"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`path` is the place as in `Patient.name[0].family`; `message` completes the sentence that it begins."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path} {self.message}"
