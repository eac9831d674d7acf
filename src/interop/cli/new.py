"""`interop new`: the skeleton of a mapping package, which loads, converts, and passes its own test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from interop.errors import UsageError

ID = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*")
TEMPLATES = {  # format → folder, the key of the person in its test, the test's input
    "delimited": ("template", ["100"], "in.csv"),
    "hl7v2": ("template_hl7v2", ["NORTH", "100"], "in.hl7"),
}


@click.command()
@click.argument("mapping", metavar="ID")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The package's folder; it must not hold files yet.  [default: mappings/ID]",
)
@click.option(
    "--format",
    "syntax",
    type=click.Choice(list(TEMPLATES)),
    default="delimited",
    show_default=True,
    help="What the source is.",
)
def new(mapping: str, folder: Path | None, syntax: str) -> None:
    """Write a new mapping package: a small source, one Patient rule, a concept map, a test.

    ID is <country or region>/<name>, in lower case.

    \b
    Examples:
      interop new zz/clinic                      writes mappings/zz/clinic
      interop new zz/clinic -o ~/maps/clinic
      interop new zz/ward --format hl7v2         messages instead of rows
    """
    if not ID.fullmatch(mapping):
        raise UsageError("the id is <country or region>/<name> in lower case, as in `zz/clinic`")
    folder = folder if folder is not None else Path("mappings", *mapping.split("/"))
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty")
    template, key, test = TEMPLATES[syntax]
    words = {"@ID@": mapping, "@FOLDER@": folder.as_posix(), "@PATIENT@": _patient_id(mapping, key)}
    for name, source in _files(resources.files("interop.cli") / template, ""):
        text = source.read_bytes().decode()
        for word, put in words.items():
            text = text.replace(word, put)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    click.echo(f"Wrote {folder}. Next:\n\n  interop check {folder}\n  interop explain {folder}")
    click.echo(f"  interop convert -m {folder} -o - {folder / 'tests' / '001-one-person' / test}")


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    """All files of the template, by their paths in it."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry


def _patient_id(mapping: str, key: list[str]) -> str:
    from interop.values.ids import derived_id, namespace

    return derived_id(namespace(mapping), "Patient", key)
