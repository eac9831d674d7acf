"""`interop lineage`: from each target element to its source columns, and from each source column to where it goes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interop.cli.options import mappings_option
from interop.cli.tables import aligned

if TYPE_CHECKING:
    from interop.plan.lineage import Edge

HEADER = ("target", "role", "source", "as", "rule", "place")


@click.command()
@click.argument("mapping", metavar="MAPPING")
@click.option(
    "--by",
    type=click.Choice(["target", "source"]),
    default="target",
    show_default=True,
    help="Where each element comes from, or where each column goes.",
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--of", metavar="TEXT", help="Only elements or columns whose name begins with this.")
@mappings_option
def lineage(mapping: str, by: str, form: str, of: str | None, mappings: tuple[Path, ...]) -> None:
    """Print which source columns reach which elements, by value, by condition or by id.

    MAPPING is the id of a package, or its folder. It is read off the plan: what is not listed cannot come out.

    \b
    Examples:
      interop lineage uk/immunisation
      interop lineage uk/immunisation --by source --of row.NHS_NUMBER
      interop lineage us/cms-rif --format csv > lineage.csv
    """
    import interop
    from interop.plan.lineage import lineage as edges_of

    edges: Iterable[Edge] = edges_of(interop.load(mapping, mappings=mappings).plan)
    if by == "source":
        edges = sorted(edges, key=lambda edge: (_source(edge), edge.target, edge.role, edge.place))
    if of is not None:
        edges = [edge for edge in edges if (edge.target if by == "target" else _source(edge)).startswith(of)]
    click.echo({"table": _table, "csv": _csv, "json": _json}[form](list(edges), by), nl=form != "csv")


def _source(edge: Edge) -> str:
    return f"{edge.context}.{edge.column}"


def _row(edge: Edge) -> tuple[str, ...]:
    return (edge.target, edge.role, _source(edge), edge.text, edge.rule, str(edge.place))


def _table(edges: list[Edge], by: str) -> str:
    order = (0, 1, 2, 3, 4) if by == "target" else (2, 1, 0, 3, 4)
    rows = [[HEADER[at].upper() for at in order]]
    rows += [[_row(edge)[at] for at in order] for edge in edges]
    return aligned(rows)


def _csv(edges: list[Edge], by: str) -> str:
    to = io.StringIO()
    write = csv.writer(to, lineterminator="\n")
    write.writerow(HEADER)
    write.writerows(_row(edge) for edge in edges)
    return to.getvalue()


def _json(edges: list[Edge], by: str) -> str:
    return json.dumps([asdict(edge) | {"place": str(edge.place)} for edge in edges], indent=2, ensure_ascii=False)
