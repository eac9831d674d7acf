"""Small packages written out in a test: rules, and what the card and the columns need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from interop.spec.load import load_package
from interop.spec.package import Package

CARD = """\
interop: 1
id: zz/snippet
title: A case
version: 0.1.0
status: draft
licence: CC0-1.0
"""
SOURCE = "source: {format: delimited, tables: {row: {}}}\n"


def write_package(folder: Path, files: Mapping[str, str], columns: Mapping[str, str], source: str = SOURCE) -> Package:
    """Writes a package and loads it.

    Args:
        folder: Where.
        files: Its texts but for the card and the columns.
        columns: The columns of each table, separated by spaces.
        source: The card's `source`.
    """
    texts = {"mapping.yaml": CARD + source, **files}
    for table, names in columns.items():
        rows = "".join(f"{name},,,\n" for name in names.split())
        texts[f"source/{table}.csv"] = "column,required,modifies,title\n" + rows
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_package(folder, lambda _: folder)
