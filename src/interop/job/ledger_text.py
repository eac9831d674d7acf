"""The ledger as CSV, and as one HTML page that needs nothing else: sortable, readable offline, printable."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape

from interop.errors import CODES
from interop.job.ledger import FieldLine, Ledger, State

HEADER = ("field", "title", "state", "records", "share", "reaches", "reason", "repeats_dropped")


def ledger_csv(ledger: Ledger) -> str:
    """A line a field."""
    to = io.StringIO()
    write = csv.writer(to, lineterminator="\n")
    write.writerow(HEADER)
    write.writerows(_cells(line) for line in ledger.lines)
    return to.getvalue()


def _cells(line: FieldLine) -> tuple[str, ...]:
    return (
        line.source,
        line.title,
        line.state,
        str(line.records),
        f"{line.share:.4f}",
        " ".join(line.targets),
        line.reason,
        str(line.lossy) if line.lossy else "",
    )


def ledger_html(ledger: Ledger, senders: dict[str, str]) -> str:
    """One page. `senders` are the names that senders go by on it: they may not be shown as they are."""
    sections = [
        _table("Fields", "fields", ["Field", "State", "Records", "Share", "Goes to, or why not"], _fields(ledger)),
        _table("Concept maps that miss codes", "misses", ["Map", "Values missed"], _misses(ledger)),
        _table("Values that lost something", "lost", ["Element", "What", "Values"], _lost(ledger)),
        _table("Files", "files", ["File", "Records", "Residue"], _groups(ledger.by_file, {})),
        _table("Senders", "senders", ["Sender", "Records", "Residue"], _groups(ledger.by_sender, senders)),
    ]
    counts = {state: sum(1 for line in ledger.lines if line.state is state) for state in State}
    tiles = [
        (f"{ledger.covered:.2%}", "of all filled fields are used or excused"),
        (f"{ledger.records:,}", "records"),
        (f"{counts[State.USED]:,}", "fields used"),
        (f"{counts[State.EXCUSED]:,}", "fields excused"),
        (f"{counts[State.RESIDUE]:,}", "fields left over"),
    ]
    return PAGE.format(
        title=escape(f"Coverage of {ledger.mapping} {ledger.version}"),
        tiles="".join(f"<li><b>{escape(figure)}</b> {escape(words)}</li>" for figure, words in tiles),
        sections="".join(sections),
    )


def _table(title: str, name: str, header: list[str], rows: Iterator[tuple[str, list[str]]]) -> str:
    """A section; nothing without rows. Rows are a class and cells; a cell that is a number sorts as one."""
    body = "".join(
        f'<tr class="{kind}">' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n" for kind, cells in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col"><button type="button">{escape(word)}</button></th>' for word in header)
    return (
        f'<section id="{name}"><h2>{escape(title)}</h2>\n'
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></section>\n"
    )


def _fields(ledger: Ledger) -> Iterator[tuple[str, list[str]]]:
    for line in ledger.lines:
        name = f"<code>{escape(line.source)}</code>"
        if line.title:
            name += f"<br><small>{escape(line.title)}</small>"
        targets = ", ".join(escape(target) for target in line.targets)
        where = targets if line.state is State.USED else escape(line.reason)
        if line.lossy:
            where += f"<br><small>repeats in {line.lossy:,} records; only the first repetition is read</small>"
        yield line.state, [name, line.state, f"{line.records:,}", f"{line.share:.1%}", where]


def _misses(ledger: Ledger) -> Iterator[tuple[str, list[str]]]:
    for name, count in sorted(ledger.misses.items()):
        yield "miss", [f"<code>{escape(name)}</code>", f"{count:,}"]


def _lost(ledger: Ledger) -> Iterator[tuple[str, list[str]]]:
    for (target, code), count in sorted(ledger.lost.items()):
        yield "lost", [f"<code>{escape(target)}</code>", escape(f"{code} {CODES[code].title}"), f"{count:,}"]


def _groups(groups: dict[str, tuple[int, int]], names: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    for name, (left, records) in sorted(groups.items()):
        yield "residue" if left else "used", [escape(names.get(name, name)), f"{records:,}", f"{left:,}"]


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #8884; --used: #1a7f37; --excused: #6e7781; --residue: #cf222e; }}
body {{ font: 15px/1.45 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.15rem; margin-top: 2.2rem; }}
ul.tiles {{ display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; list-style: none; }}
ul.tiles li {{ border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; }}
ul.tiles b {{ display: block; font-size: 1.35rem; }}
form {{ display: flex; gap: 1rem; flex-wrap: wrap; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }}
th button {{ font: inherit; font-weight: 600; background: none; border: 0; padding: 0; cursor: pointer; }}
th button {{ color: inherit; }}
th[aria-sort=ascending] button::after {{ content: " ▲"; }}
th[aria-sort=descending] button::after {{ content: " ▼"; }}
tr.used td:nth-child(2) {{ color: var(--used); }} tr.excused td:nth-child(2) {{ color: var(--excused); }}
#fields tr.residue td:nth-child(2) {{ color: var(--residue); font-weight: 600; }}
small {{ opacity: .75; }} [hidden] {{ display: none; }}
</style>
</head>
<body>
<h1>{title}</h1>
<ul class="tiles">{tiles}</ul>
<form>
<label>Find <input id="find" type="search" placeholder="field, element, reason"></label>
<label><input id="rest" type="checkbox"> only what is left over</label>
</form>
{sections}
<script>
const number = text => Number(text.replace(/[,%]/g, ""));
for (const table of document.querySelectorAll("table")) {{
  table.tHead.rows[0].querySelectorAll("button").forEach((button, column) => button.addEventListener("click", () => {{
    const cell = button.parentElement, down = cell.getAttribute("aria-sort") === "ascending";
    for (const other of cell.parentElement.cells) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = row => row.cells[column].textContent;
    const rows = [...table.tBodies[0].rows].sort((a, b) => {{
      const x = number(text(a)), y = number(text(b));
      return (isNaN(x) || isNaN(y) ? text(a).localeCompare(text(b)) : x - y) * (down ? -1 : 1);
    }});
    table.tBodies[0].append(...rows);
  }}));
}}
const find = document.getElementById("find"), rest = document.getElementById("rest");
const narrow = () => {{
  const wanted = find.value.toLowerCase();
  for (const row of document.querySelectorAll("#fields tbody tr"))
    row.hidden = rest.checked && !row.classList.contains("residue") ||
      !row.textContent.toLowerCase().includes(wanted);
}};
find.addEventListener("input", narrow); rest.addEventListener("change", narrow);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
</script>
</body>
</html>
"""
