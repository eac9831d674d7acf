"""The step `boolean`: words to `true` and `false`, by lists that are named, never by guess."""

from __future__ import annotations

from interop.values.failure import Failure, Outcome, Step

TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")


def words(argument: str) -> tuple[str, ...]:
    """The words of an argument: separated by commas, blanks around them ignored, in lower case."""
    return tuple(word.strip().lower() for word in argument.split(","))


def boolean(true: tuple[str, ...] = TRUE, false: tuple[str, ...] = FALSE) -> Step:
    """FHIR boolean; the case of a word does not matter.

    Errors: V205 another word.
    """
    meanings: dict[str, str] = dict.fromkeys(true, "true") | dict.fromkeys(false, "false")
    failure = Failure("V205")

    def step(text: str) -> Outcome:
        return meanings.get(text.lower(), failure) if text else None

    return step
