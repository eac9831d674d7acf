"""The ledger as one HTML page that needs nothing else: sortable, filterable, readable offline, printable."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files

from interop.job.ledger import By, FieldLine, Group, Ledger, State

SHOWN = 500
"""Files, and senders, that the page lists: those with the most left over."""
REACHED, DECIDED = 6, 3
"""Elements that are named at once; the others are folded."""
CODES = 20
BY: dict[By, str] = {"file": "Files", "sender": "Senders"}
WORDS = {State.USED: "used", State.EXCUSED: "excused", State.RESIDUE: "left over"}


def ledger_html(ledger: Ledger, *, reveal: bool = False) -> str:
    """The page.

    Args:
        ledger: The ledger.
        reveal: Whether values of the data are shown: codes that the ledger holds, names of senders. The page says so.
    """
    filled = {
        "title": escape(ledger.title or ledger.mapping),
        "mapping": escape(f"{ledger.mapping} {ledger.version}"),
        "input": _input(ledger),
        "verdict": _verdict(ledger),
        "bar": _bar({state: _filled(ledger, state) for state in State}, "filled fields"),
        "legend": "".join(_legend(ledger, state) for state in State),
        "kinds": _kinds(ledger),
        "options": _options(ledger, reveal=reveal),
        "rows": "".join(map(_row, ledger.lines)),
        "fields": f"{len(ledger.lines):,}",
        "misses": _misses(ledger, reveal=reveal),
        "lost": _lost(ledger),
        "files": _groups(ledger, "file", reveal=reveal),
        "senders": _groups(ledger, "sender", reveal=reveal),
        "notice": "This page holds values of the data: handle it as you handle the data."
        if reveal
        else "No value of the data is on this page: it may be shown.",
        "counts": _counts(ledger),
    }
    page = files("interop.job").joinpath("ledger_page.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], page)


def _input(ledger: Ledger) -> str:
    words = [_many(ledger.records, "record"), f"{_many(len(ledger.by_file), 'file')}"]
    if ledger.by_sender:
        words.append(_many(len(ledger.by_sender), "sender"))
    return " · ".join(words)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _verdict(ledger: Ledger) -> str:
    left = ledger.count(State.RESIDUE)
    if not ledger.lines:
        return "Nothing was sent: no field is filled."
    if not left:
        opens = sum(1 for line in ledger.lines if line.is_open)
        points = f" {_many(opens, 'reason')} {'names' if opens == 1 else 'name'} where it could go." if opens else ""
        return f"Every field that was sent is used, or excused with a reason.{points}"
    verb = "is" if left == 1 else "are"
    of = f"{1 - ledger.covered:.2%} of all that was sent"
    return f"{_many(left, 'field')} {verb} neither used nor excused: {of}."


def _filled(ledger: Ledger, state: State) -> int:
    return sum(line.records for line in ledger.lines if line.state is state)


def _legend(ledger: Ledger, state: State) -> str:
    share = _filled(ledger, state) / ledger.filled if ledger.filled else 0.0
    none = "" if ledger.count(state) else " none"
    return (
        f'<li class="{state}{none}"><b>{_many(ledger.count(state), "field")}</b> '
        f'<span class="state">{WORDS[state]}</span> <small>{share:.1%} of what was sent</small></li>'
    )


def _bar(counts: Mapping[State, int], of: str) -> str:
    """Three parts beside each other, and the same in words."""
    total = sum(counts.values())
    words = ", ".join(f"{counts[state]:,} {WORDS[state]}" for state in State)
    parts = "".join(
        f'<i class="{state}" style="flex-grow:{counts[state] / total:.4f}"></i>' for state in State if counts[state]
    )
    return f'<div class="bar" role="img" aria-label="{of}: {words}">{parts}</div>'


def _kinds(ledger: Ledger) -> str:
    """What becomes of the fields of each segment, or table; nothing where there is one."""
    kinds: dict[str, Counter[State]] = {}
    for line in ledger.lines:
        kinds.setdefault(re.split(r"[-.]", line.source, maxsplit=1)[0], Counter())[line.state] += 1
    if len(kinds) < 2:
        return ""
    items = "".join(
        f'<li><button type="button" data-kind="{escape(kind)}"><span>{escape(kind)}</span>'
        f"{_bar(counts, escape(kind))}<small>{sum(counts.values()):,}</small></button></li>"
        for kind, counts in kinds.items()
    )
    return (
        '<section id="kinds"><h2>By segment or table</h2><p>How many of its fields were sent, '
        f"and what becomes of them. Choose one to see its fields.</p><ul>{items}</ul></section>"
    )


def _options(ledger: Ledger, *, reveal: bool) -> str:
    """The groups whose counts can be shown instead of the sums."""
    found = []
    for by, label in BY.items():
        names = ledger.names(by, reveal=reveal)
        groups = _detailed(ledger.groups(by))
        if len(groups) > 1:
            options = "".join(
                f'<option value="{by} {number}">{escape(names[name])}</option>'
                for number, (name, _) in enumerate(groups)
            )
            found.append(f'<optgroup label="{label}">{options}</optgroup>')
    if not found:
        return ""
    return f'<label>Counts of <select id="group"><option value="">all records</option>{"".join(found)}</select></label>'


def _counts(ledger: Ledger) -> str:
    """The counts of each group by the number of the line, as JSON that can stand in a script element."""
    number = {line.source: at for at, line in enumerate(ledger.lines)}
    counts = {
        by: [
            {"records": group.records, "filled": {number[source]: n for source, n in (group.filled or {}).items()}}
            for _, group in groups
        ]
        for by in BY
        if len(groups := _detailed(ledger.groups(by))) > 1
    }
    return json.dumps(counts, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def _detailed(groups: Mapping[str, Group]) -> list[tuple[str, Group]]:
    return sorted((name, group) for name, group in groups.items() if group.filled is not None)


def _row(line: FieldLine) -> str:
    title = f"<small>{escape(line.title)}</small>" if line.title else ""
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in _notes(line))
    where = _targets(line.targets) if line.state is State.USED else _reason(line)
    return (
        f'<tr class="{line.state}{" lossy" if notes or line.is_open else ""}">'
        f'<th scope="row"><code>{escape(line.source)}</code>{title}</th>'
        f'<td><span class="state">{WORDS[line.state]}</span></td>'
        f"<td>{line.records:,}</td>"
        f'<td><i class="share" style="--share:{line.share:.4f}"></i><span>{line.share:.1%}</span></td>'
        f"<td>{where}{notes}</td></tr>\n"
    )


def _reason(line: FieldLine) -> str:
    return f"<p{' class=note' if line.is_open else ''}>{escape(line.reason)}</p>"


def _targets(targets: tuple[str, ...]) -> str:
    """Elements that a field's value reaches, then those that it decides on; a long list is folded."""
    reached = [target for target in targets if not target.startswith("(")]
    decided = [target.strip("()") for target in targets if target.startswith("(")]
    found = _listed(reached, REACHED)
    if decided:
        found += f'<div class="decides">decides on {_listed(decided, DECIDED)}</div>'
    return found or "<p>holds records together</p>"


def _listed(names: list[str], most: int) -> str:
    words = [f"<code>{escape(name)}</code>" for name in names]
    shown = ", ".join(words[:most])
    if len(words) <= most + 1:
        return ", ".join(words)
    return f"{shown} <details><summary>and {len(words) - most} more</summary>{', '.join(words[most:])}</details>"


def _notes(line: FieldLine) -> Iterator[str]:
    if line.lossy:
        yield f"repeats in {_many(line.lossy, 'record')}: only the first repetition is read"
    if line.unread:
        yield "parts not read, and their records: " + ", ".join(f"{part} ({count:,})" for part, count in line.unread)


def _misses(ledger: Ledger, *, reveal: bool) -> str:
    header = ["Concept map", "Values missed"] + (["Codes"] if reveal else [])
    rows = []
    for name, count in ledger.misses.items():
        cells = [f"<code>{escape(name)}</code>", f"{count:,}"]
        if reveal:
            found = ledger.codes.get(name, Counter[str]())
            codes = sorted(found.items(), key=lambda one: (-one[1], one[0]))
            cells.append(_listed([f"{code} ({times:,})" for code, times in codes], CODES))
        rows.append(cells)
    about = "Codes that were sent and that a concept map of the mapping does not hold."
    return _table("Concept maps that miss codes", about, header, rows)


def _lost(ledger: Ledger) -> str:
    rows = [
        [f"<code>{escape(target)}</code>", escape(what), f"{count:,}"] for (target, what), count in ledger.lost.items()
    ]
    about = "Values that came through with less than was sent, or that had no room in the element."
    return _table("Values that lost something", about, ["Element", "What was lost", "Values, at most"], rows)


def _groups(ledger: Ledger, by: By, *, reveal: bool) -> str:
    groups, names = ledger.groups(by), ledger.names(by, reveal=reveal)
    if len(groups) < 2:
        return ""
    shown = sorted(groups, key=lambda name: (-groups[name].residue, name))[:SHOWN]
    if len(groups) <= SHOWN:
        shown.sort()
    rows = [[escape(names[name]), f"{groups[name].records:,}", f"{groups[name].residue:,}"] for name in shown]
    about = f"The {SHOWN} of {len(groups):,} with the most left over." if len(groups) > SHOWN else ""
    return _table(BY[by], about, [by.capitalize(), "Records", "Fields left over"], rows)


def _table(title: str, about: str, header: list[str], rows: Iterable[list[str]]) -> str:
    """A section with a table whose first column names the row; nothing without rows."""
    body = "".join(
        f'<tr><th scope="row">{cells[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in cells[1:]) + "</tr>\n"
        for cells in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col"><button type="button">{escape(word)}</button></th>' for word in header)
    return (
        f"<section><h2>{escape(title)}</h2>{f'<p>{escape(about)}</p>' if about else ''}"
        f'<div class="scroll"><table class="small"><caption>{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div></section>\n"
    )
