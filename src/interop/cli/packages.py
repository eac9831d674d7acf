"""`interop list` and `interop show`: which mappings there are, and what one of them holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interop.cli.options import mappings_option
from interop.cli.tables import aligned
from interop.errors import MappingError, UsageError

if TYPE_CHECKING:
    from interop.find import PackageRef
    from interop.spec.hl7v2_layout import Hl7v2Layout, MessageContext
    from interop.spec.layout import DelimitedLayout, TableLayout
    from interop.spec.package import Package


@click.command("list")
@mappings_option
def list_packages(mappings: tuple[Path, ...]) -> None:
    """List the mapping packages: those installed, those of plug-ins, and those of `--mappings`.

    \b
    Examples:
      interop list
      interop list --mappings ~/our-mappings
    """
    from interop import find

    rows = [["ID", "VERSION", "STATUS", "TITLE"]]
    rows += [_row(found, mappings) for found in find.packages(mappings)]
    click.echo(aligned(rows))


def _row(found: PackageRef, mappings: tuple[Path, ...]) -> list[str]:
    """A package by its card alone; one whose card has a mistake is loaded to say how many there are."""
    import interop
    from interop.find import find_package
    from interop.spec.card_findings import read_card
    from interop.spec.layers import read_card_root

    with suppress(UsageError, OSError):
        root = read_card_root(found.folder, lambda base: find_package(base, mappings))
        card, findings = read_card(root) if root is not None else (None, ())
        if card is not None and not findings:
            return [found.id, card.version, card.status, card.title]
    try:
        mapping = interop.load(found.folder, mappings=mappings)
    except MappingError as refused:
        return [found.id, "-", "refused", f"{len(refused.findings)} findings: interop check {found.folder}"]
    return [found.id, mapping.version, mapping.status, mapping.title]


@click.command()
@click.argument("mapping", metavar="ID")
@mappings_option
def show(mapping: str, mappings: tuple[Path, ...]) -> None:
    """Show a mapping: its card, tables, rules, concept maps, and what it leaves out with the reason.

    \b
    Examples:
      interop show uk/immunisation
      interop show mappings/mx/covid-linelist
    """
    import interop

    click.echo("\n\n".join(_sections(interop.load(mapping, mappings=mappings).package)))


def _sections(package: Package) -> Iterator[str]:
    card = package.card
    facts = [
        ["version", f"{card.version} ({card.status})"],
        ["licence", card.licence],
        ["format", f"{card.source.format}, {card.source.charset}, times in {card.source.zone or 'no zone'}"],
        ["target", f"FHIR {card.target.fhir}" + "".join(f", {profile}" for profile in card.target.profiles)],
        ["folder", str(package.folder)],
    ]
    facts += [["source", " ".join(filter(None, (made.title, made.version, made.url)))] for made in card.sources]
    yield f"{card.id}  {card.title}\n{aligned(facts, indent='  ')}"
    yield _layout(package.layout)
    rules = [[rule.name, rule.resource, f"for each {rule.context}"] for rule in package.rules]
    yield "Rules\n" + aligned(rules, indent="  ")
    if package.maps:
        maps = [[name, f"{len(found.rows)} codes", ", ".join(found.systems)] for name, found in package.maps.items()]
        yield "Concept maps\n" + aligned(maps, indent="  ")
    if package.ignored:
        yield "Left out on purpose\n" + aligned([[row.path, row.reason] for row in package.ignored], indent="  ")


def _layout(layout: DelimitedLayout | Hl7v2Layout) -> str:
    """What the source holds: tables, or the contexts of messages."""
    from interop.spec.hl7v2_layout import Hl7v2Layout

    if isinstance(layout, Hl7v2Layout):
        contexts = [[context.name, f"in {context.parent or 'the file'}", _rows(context)] for context in layout.contexts]
        return f"Contexts (message structures: {len(layout.structures)})\n" + aligned(contexts, indent="  ")
    tables = [[table.name, f"{len(table.columns)} columns", _shape(table)] for table in layout.tables]
    return "Tables\n" + aligned(tables, indent="  ")


def _rows(context: MessageContext) -> str:
    """What makes a row of a context of messages, and what is read in it."""
    made = ", ".join((*context.groups, *context.opens)) or "a message"
    return f"a row is {made}" + (f"; holds {', '.join(context.holds)}" if context.holds else "")


def _shape(table: TableLayout) -> str:
    """What a record of the table is, and the contexts inside it."""
    words = f"a record is the rows of one {', '.join(table.record)}" if table.record else "a record is a row"
    if table.lookup:
        words = f"a parent table, looked up by {', '.join(table.lookup)}"
    inside = [table.rows] if table.rows else []
    inside += [group.name for group in table.groups]
    return words + (f"; inside it {', '.join(inside)}" if inside else "")
