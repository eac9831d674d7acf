"""The ledger of coverage: for each source field whether the mapping uses it, excuses it, or leaves a residue.

Source: the census of the readers (what is filled), the accounts of the mapping (what is used and what is excused).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from interop.job.accounts import Accounts, State
from interop.plan.model import Plan
from interop.readers.census import Census
from interop.spec.package import Package

__all__ = ["By", "FieldLine", "Group", "Ledger", "State", "make_ledger"]

By = Literal["file", "sender"]

DETAILED = 100
"""Files, and senders, of which the ledger keeps each field; of all others it keeps the sums: memory stays bounded."""


OPEN = "open:"
"""How a reason begins that leaves a field out for now: what follows is where it could go."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A line of the ledger.

    Args:
        source: `row.SEX`, `PID-8`.
        title: What the package calls it.
        state: What becomes of it.
        targets: Elements that it reaches, sorted; those that it only decides on in parentheses.
        reason: Why it is excused.
        records: Records in which it is filled.
        share: Of all records of its kind, from 0 to 1.
        lossy: Records in which it repeats, while the mapping reads its first repetition only.
        unread: Of a used field its components that the mapping does not read, and the records that have them.
    """

    source: str
    title: str
    state: State
    targets: tuple[str, ...]
    reason: str
    records: int
    share: float
    lossy: int = 0
    unread: tuple[tuple[str, int], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the reason says that an element could hold it: `open: Goal`."""
        return self.reason.startswith(OPEN)


@dataclass(slots=True)
class Group:
    """One file, or one sender. `residue` counts filled fields; `filled` is None beyond the first `DETAILED` groups."""

    records: int = 0
    residue: int = 0
    filled: Counter[str] | None = None

    def add(self, census: Census, residue: int) -> None:
        self.records += census.records
        self.residue += residue
        if self.filled is not None:
            self.filled.update(census.filled)


@dataclass(slots=True)
class Ledger:
    """Coverage of some input by a mapping."""

    mapping: str
    version: str
    title: str
    records: int
    lines: list[FieldLine]
    by_file: Mapping[str, Group] = field(default_factory=dict)
    by_sender: Mapping[str, Group] = field(default_factory=dict)  # names of senders are values of the data
    misses: dict[str, int] = field(default_factory=dict)  # concept map: values that it does not hold
    codes: dict[str, Counter[str]] = field(default_factory=dict)  # the same by code: values of the data
    lost: dict[tuple[str, str], int] = field(default_factory=dict)  # (element, what): values that lost something
    names_hold_values: bool = False  # the names of the files do: a patient's number, say

    @property
    def filled(self) -> int:
        """Fields filled, over all records."""
        return sum(line.records for line in self.lines)

    @property
    def residue(self) -> int:
        """Fields filled that the mapping neither uses nor excuses, over all records."""
        return sum(line.records for line in self.lines if line.state is State.RESIDUE)

    @property
    def covered(self) -> float:
        """The share of filled fields that are used or excused, from 0 to 1."""
        return 1.0 - self.residue / self.filled if self.filled else 1.0

    def count(self, state: State) -> int:
        """The fields in a state."""
        return sum(1 for line in self.lines if line.state is state)

    def groups(self, by: By) -> Mapping[str, Group]:
        """The files or the senders."""
        return self.by_file if by == "file" else self.by_sender

    def names(self, by: By, *, reveal: bool) -> dict[str, str]:
        """What each file, or sender, may be called: its name, or a number where the name is a value of the data."""
        names = sorted(self.groups(by))
        if reveal or (by == "file" and not self.names_hold_values):
            return {name: name for name in names}
        return {name: f"{by} {number}" for number, name in enumerate(names, 1)}


def make_ledger(package: Package, compiled: Plan, censuses: Iterable[Census]) -> Ledger:
    """The ledger of a mapping over what the readers counted."""
    accounts = Accounts(package, compiled)
    filled: Counter[str] = Counter()
    repeated: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()
    files: dict[str, Group] = {}
    senders: dict[str, Group] = {}
    for census in censuses:
        filled.update(census.filled)
        repeated.update(census.repeated)
        parts.update(census.parts)
        for kind in {accounts.kind(source) for source in census.filled}:
            of_kind[kind] += census.records
        left = sum(count for source, count in census.filled.items() if accounts.state(source) is State.RESIDUE)
        _group(files, census.file).add(census, left)
        if census.sender:
            _group(senders, census.sender).add(census, left)
    unread: dict[str, list[tuple[str, int]]] = {}
    for part in sorted(parts, key=_by_number):
        source, _, component = part.rpartition(".")
        if not accounts.reads(source, component):
            unread.setdefault(source, []).append((part, parts[part]))
    lines = []
    for source in sorted(filled, key=accounts.order):
        state = accounts.state(source)
        lines.append(
            FieldLine(
                source,
                accounts.titles.get(source, ""),
                state,
                accounts.targets(source) if state is State.USED else (),
                accounts.reason(source) if state is State.EXCUSED else "",
                filled[source],
                filled[source] / of_kind[accounts.kind(source)],
                repeated[source] if source in accounts.first_only else 0,
                tuple(unread.get(source, ())) if state is State.USED else (),
            )
        )
    records = sum(group.records for group in files.values())
    ledger = Ledger(compiled.mapping, compiled.version, package.card.title, records, lines, files, senders)
    ledger.names_hold_values = bool(package.layout.file_names)
    return ledger


def _group(groups: dict[str, Group], name: str) -> Group:
    found = groups.get(name)
    if found is None:
        found = groups[name] = Group(filled=Counter() if len(groups) < DETAILED else None)
    return found


def _by_number(part: str) -> tuple[str, int]:
    source, _, component = part.rpartition(".")
    return source, int(component)
