"""The ledger of coverage: for each source field whether the mapping uses it, excuses it, or leaves a residue.

Source: the census of the readers (what is filled), the edges of the plan (what is used), ignored.csv (what is excused).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from interop.errors import Place
from interop.plan.lineage import Role, lineage
from interop.plan.model import Plan
from interop.readers.census import Census
from interop.spec.contexts import ColumnRead, contexts_of
from interop.spec.hl7v2_layout import Hl7v2Layout
from interop.spec.layout import DelimitedLayout
from interop.spec.package import Package
from interop.spec.tree import Path

NOWHERE = Place("", 0, 0)


class State(StrEnum):
    """What becomes of a field."""

    USED = "used"
    EXCUSED = "excused"
    RESIDUE = "residue"


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
    """

    source: str
    title: str
    state: State
    targets: tuple[str, ...]
    reason: str
    records: int
    share: float
    lossy: int = 0


@dataclass(slots=True)
class Ledger:
    """Coverage of some input by a mapping. `by_file` and `by_sender` count residue: filled fields and records."""

    mapping: str
    version: str
    records: int
    lines: list[FieldLine]
    by_file: dict[str, tuple[int, int]] = field(default_factory=dict)
    by_sender: dict[str, tuple[int, int]] = field(default_factory=dict)
    misses: dict[str, int] = field(default_factory=dict)  # concept map: values that it does not hold
    codes: dict[str, Counter[str]] = field(default_factory=dict)  # the same by code: values of the data
    lost: dict[tuple[str, str], int] = field(default_factory=dict)  # (target, finding): values that lost something

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


def make_ledger(package: Package, compiled: Plan, censuses: Iterable[Census]) -> Ledger:
    """The ledger of a mapping over what the readers counted."""
    accounts = _Accounts(package, compiled)
    filled: Counter[str] = Counter()
    repeated: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()
    by_file: dict[str, list[int]] = {}
    by_sender: dict[str, list[int]] = {}
    for census in censuses:
        filled.update(census.filled)
        repeated.update(census.repeated)
        for kind in {accounts.kind(source) for source in census.filled}:
            of_kind[kind] += census.records
        left = sum(count for source, count in census.filled.items() if accounts.state(source) is State.RESIDUE)
        for groups, name in ((by_file, census.file), (by_sender, census.sender)):
            group = groups.setdefault(name, [0, 0])
            group[0] += left
            group[1] += census.records
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
            )
        )
    ledger = Ledger(compiled.mapping, compiled.version, sum(group[1] for group in by_file.values()), lines)
    ledger.by_file = {name: (left, records) for name, (left, records) in by_file.items()}
    ledger.by_sender = {name: (left, records) for name, (left, records) in by_sender.items() if name}
    return ledger


class _Accounts:
    """What a mapping does with each source field."""

    def __init__(self, package: Package, compiled: Plan) -> None:
        self._ignored = package.ignored
        self._messages = isinstance(package.layout, Hl7v2Layout)
        self.titles = dict(_titles(package))
        self._order = {source: number for number, source in enumerate(self.titles)}
        self._targets: dict[str, set[str]] = {}
        whole: set[str] = set()  # fields of which every repetition is read
        contexts = contexts_of(package.layout)
        for edge in lineage(compiled):
            read = contexts.resolve(Path(tuple(edge.column.split(".")), NOWHERE), compiled.path(edge.context))
            columns = read.columns if isinstance(read, ColumnRead) else ()
            for table, column in columns:
                source = column if self._messages else f"{table}.{column}"
                target = edge.target if edge.role is Role.VALUE else f"({edge.target})"
                self._targets.setdefault(source, set()).add(target)
                if edge.context.endswith(f"/{source}") or f"{source}[" in edge.column:
                    whole.add(source)
        keys = _keys(package.layout)
        for source in keys:
            self._targets.setdefault(source, set())
        self.first_only = {source for source in self._targets if self._messages and source not in whole}

    def kind(self, source: str) -> str:
        """The table of a field; messages are all of one kind."""
        return "" if self._messages else source.partition(".")[0]

    def order(self, source: str) -> tuple[int, str]:
        """Fields in the order of the layout, then the others."""
        return self._order.get(source, len(self._order)), source

    def state(self, source: str) -> State:
        if source in self._targets or source in ("MSH-1", "MSH-2"):
            return State.USED
        return State.EXCUSED if any(row.matches(source) for row in self._ignored) else State.RESIDUE

    def targets(self, source: str) -> tuple[str, ...]:
        return tuple(sorted(self._targets.get(source, ()), key=lambda target: (target.startswith("("), target)))

    def reason(self, source: str) -> str:
        return next(row.reason for row in self._ignored if row.matches(source))


def _titles(package: Package) -> Iterable[tuple[str, str]]:
    """The fields of a layout, in its order."""
    layout = package.layout
    if isinstance(layout, Hl7v2Layout):
        yield from ((field.name, field.title) for field in layout.fields.values())
        return
    for table in layout.tables:
        yield from ((f"{table.name}.{column.name}", column.title) for column in table.columns)


def _keys(layout: DelimitedLayout | Hl7v2Layout) -> Mapping[str, None]:
    """Fields that the layout itself reads: they hold records together."""
    if isinstance(layout, Hl7v2Layout):
        return {}
    keys: dict[str, None] = {}
    for table in layout.tables:
        for column in (*table.record, *table.lookup, *(column for _, key in table.parents for column in key)):
            keys[f"{table.name}.{column}"] = None
    return keys
