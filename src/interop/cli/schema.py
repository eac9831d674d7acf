"""`interop schema`: the JSON Schemas that editors complete and check mapping files by."""

from __future__ import annotations

from typing import Literal

import click

KINDS = ("mapping", "resource", "part")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
def schema(kind: Literal["mapping", "resource", "part"]) -> None:
    """Print the JSON Schema (draft-07) of a kind of mapping file.

    \b
    Examples:
      interop schema mapping > schemas/mapping.json      for mapping.yaml
      interop schema resource > schemas/resource.json    for Patient.yaml, Observation-lab.yaml …
      interop schema part > schemas/part.json            for parts/*.yaml

    README.md shows how to switch them on in VS Code.
    """
    import json

    from interop.spec.json_schema import schema as json_schema

    click.echo(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))
