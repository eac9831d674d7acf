"""`interop schema`: the JSON Schemas that editors complete and check mapping files by, and that of report.json."""

from __future__ import annotations

from typing import Literal

import click

KINDS = ("mapping", "resource", "part", "report")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
def schema(kind: Literal["mapping", "resource", "part", "report"]) -> None:
    """Print the JSON Schema (draft-07) of a kind of mapping file, or of the report of a run.

    \b
    Examples:
      interop schema mapping > schemas/mapping.json      for mapping.yaml
      interop schema resource > schemas/resource.json    for Patient.yaml, Observation-lab.yaml …
      interop schema part > schemas/part.json            for parts/*.yaml
      interop schema report > schemas/report.json        for report.json in an output folder

    README.md shows how to switch them on in VS Code.
    """
    import json

    from interop.job.report_schema import report_schema
    from interop.spec.json_schema import schema as json_schema

    found = report_schema() if kind == "report" else json_schema(kind)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
