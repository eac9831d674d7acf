"""From the figures of pytest-benchmark to tables: for the terminal, for the README, and as JSON."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.ways import NAMES, OURS, READ_ONLY, ROWS

Row = dict[str, Any]
MB = 1_000_000


def measured(raw: Row) -> Row:
    """The results of a run: the machine, and a row for each test."""
    rows = [
        bench["extra_info"] | {"group": bench["group"], "best_seconds": bench["stats"]["min"]}
        for bench in raw["benchmarks"]
    ]
    return {"machine": machine(), "rows": rows}


def added(before: Row, results: Row) -> Row:
    """Results with those of an earlier run on the same machine that this one did not take again.

    Raises:
        ValueError: Another machine, or other versions.
    """
    if before["machine"] != results["machine"]:
        raise ValueError("the results that are there are of another machine, or of other versions")
    made = {(row["group"], row.get("workers")) for row in results["rows"]}
    kept = [row for row in before["rows"] if (row["group"], row.get("workers")) not in made]
    return {"machine": results["machine"], "rows": [*kept, *results["rows"]]}


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    packages = {name: version(name) for name in ("interop", "polars", "orjson", "fhir.resources", "hl7")}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": f"{memory / 1024**3:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": sys.version.split()[0],
        **packages,
    }


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def conversions(results: Row) -> Iterator[tuple[str, list[list[str]]]]:
    """For each mapping the cells of its table: a row a way, ours first."""
    for mapping in dict.fromkeys(
        row["mapping"] for row in results["rows"] if row["way"] in NAMES and "workers" not in row
    ):
        rows = [row for row in results["rows"] if row["mapping"] == mapping and row["way"] in NAMES]
        rows = [row for row in rows if "workers" not in row]
        ours = next((row for row in rows if row["way"] == OURS), None)
        yield mapping, [cells(row, ours) for row in rows]


CONVERSION_HEADER = ("way", "records", "records/s", "resources/s", "MB/s in", "MB/s out", "peak memory", "interop is")
JOB_HEADER = ("mapping", "processes", "records", "seconds", "bare executor", "the job costs")
SCALING_HEADER = ("records", "resources", "seconds", "records/s", "resources/s", "peak memory")


def cells(row: Row, ours: Row | None) -> list[str]:
    seconds = row["seconds"]
    pace = row["records"] / seconds
    ratio = ours["records"] / ours["seconds"] / pace if ours and row is not ours else None
    makes = row["way"] not in READ_ONLY
    return [
        row["way"],
        f"{row['records']:,}",
        f"{pace:,.0f}",
        f"{row['resources'] / seconds:,.0f}" if makes else "",
        f"{row['bytes_in'] / MB / seconds:.1f}",
        f"{row['bytes_out'] / MB / seconds:.0f}" if makes else "",
        f"{row['peak_memory'] / MB:,.0f} MB",
        f"{ratio:.1f} × as fast" if ratio else "",
    ]


def scaling(results: Row) -> list[list[str]]:
    """A row for each size, the full run among them."""
    sizes = [row for row in results["rows"] if row["way"] == "scaling"]
    if sizes:
        full = [row for row in results["rows"] if row["way"] == OURS and row["mapping"] == sizes[0]["mapping"]]
        full = [row for row in full if "workers" not in row]
        sizes = sorted([*sizes, *full], key=lambda row: row["records"])
    return [
        [
            f"{row['records']:,}",
            f"{row['resources']:,}",
            f"{row['seconds']:.2f}",
            f"{row['records'] / row['seconds']:,.0f}",
            f"{row['resources'] / row['seconds']:,.0f}",
            f"{row['peak_memory'] / MB:,.0f} MB",
        ]
        for row in sizes
    ]


def job_costs(results: Row) -> list[list[str]]:
    """What the job takes beside the bare executor: a row for each mapping and number of processes."""
    return [
        [
            row["mapping"],
            str(row["workers"]),
            f"{row['records']:,}",
            f"{row['seconds']:.2f}",
            f"{row['bare_seconds']:.2f}",
            f"{(row['seconds'] / row['bare_seconds'] - 1) * 100:+.0f} %",
        ]
        for row in sorted(
            (row for row in results["rows"] if "bare_seconds" in row), key=lambda row: (row["mapping"], row["workers"])
        )
    ]


def short_times(results: Row) -> list[list[str]]:
    """What one record and one start of the command cost."""
    return [
        [row["group"], row["mapping"], f"{row['best_seconds'] * 1000:.2f} ms"]
        for row in results["rows"]
        if row["way"] in ("latency", "start")
    ]


def tables(results: Row) -> Iterator[tuple[str, tuple[str, ...], list[list[str]]]]:
    """All tables: title, header, cells."""
    for mapping, rows in conversions(results):
        yield mapping, CONVERSION_HEADER, rows
    if rows := scaling(results):
        yield "by size of the input", SCALING_HEADER, rows
    if rows := job_costs(results):
        yield "what the job costs", JOB_HEADER, rows
    if rows := short_times(results):
        yield "one record, one start", ("what", "of", "best time"), rows


def print_tables(results: Row) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 140)
    for title, header, rows in tables(results):
        table = Table(title=title, title_justify="left")
        for number, name in enumerate(header):
            table.add_column(name, justify="right" if number else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        console.print(table)
    console.print(", ".join(f"{name} {value}" for name, value in results["machine"].items()))


def markdown(results: Row) -> str:
    """The tables for the README."""
    parts = []
    for title, header, rows in tables(results):
        lines = ["| " + " | ".join(header) + " |", "| --- |" + " ---: |" * (len(header) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        parts.append(f"**{title}**\n\n" + "\n".join(lines))
    taken = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    return "\n\n".join([*parts, f"Taken on: {taken}."]) + "\n"


def disagreements(results: Row) -> list[str]:
    """Mappings whose two executors gave other bytes for the same records."""
    found = []
    for mapping in dict.fromkeys(row["mapping"] for row in results["rows"] if row["way"] == ROWS):
        digests = {
            row["digest"]
            for row in results["rows"]
            if row["mapping"] == mapping and row["way"] in (OURS, ROWS) and row["digest"]
        }
        if len(digests) > 1 and same_size(results, mapping):
            found.append(f"{mapping}: the two executors do not give the same bytes")
    return found


def same_size(results: Row, mapping: str) -> bool:
    sizes = {row["records"] for row in results["rows"] if row["mapping"] == mapping and row["way"] in (OURS, ROWS)}
    return len(sizes) == 1
