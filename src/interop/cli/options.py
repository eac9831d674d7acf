"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

mappings_option = click.option(
    "--mappings",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with further mapping packages. May be given more than once.",
)
