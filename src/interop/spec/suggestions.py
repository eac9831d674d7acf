"""Did you mean …: the nearest name among those that there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, case aside; None when none is near."""
    by_folded: dict[str, str] = {}
    for candidate in known:
        by_folded.setdefault(candidate.casefold(), candidate)
    close = get_close_matches(name.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def remedy(name: str, known: Iterable[str], what: str) -> str:
    """The fix for an unknown name: the nearest one, else the list of those that there are.

    >>> remedy("birthdate", ["birthDate", "gender"], "elements")
    'did you mean `birthDate`?'
    >>> remedy("x", ["birthDate", "gender"], "elements")
    'the elements are: birthDate, gender'
    """
    names = list(known)
    near = nearest(name, names)
    if near:
        return f"did you mean `{near}`?"
    if not names:
        return f"there are no {what} here"
    shown = ", ".join(names[:12]) + (f" … ({len(names)} in all)" if len(names) > 12 else "")
    return f"the {what} are: {shown}"
