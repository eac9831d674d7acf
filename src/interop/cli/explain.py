"""`interop explain`: which source column fills which element, through which steps, by which line of the mapping."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interop.cli.options import mappings_option
from interop.cli.tables import aligned
from interop.errors import UsageError

if TYPE_CHECKING:
    from interop.plan.explain import ExplainedRule, Explanation


@click.command()
@click.argument("mapping", metavar="MAPPING")
@click.option("--rule", "rule", metavar="NAME", help="Only this rule: the stem of a resource file.")
@click.option("--format", "form", type=click.Choice(["table", "text", "json"]), default="table", show_default=True)
@mappings_option
def explain(mapping: str, rule: str | None, form: str, mappings: tuple[Path, ...]) -> None:
    """Print the plan of a mapping: for each target element its source, steps and place in the package.

    MAPPING is the id of a package, or its folder.

    \b
    Examples:
      interop explain uk/immunisation
      interop explain uk/immunisation --rule Patient --format text
      interop explain mappings/uk/immunisation --format json > plan.json
    """
    import interop
    from interop.plan.explain import explain as explained

    explanation = explained(interop.load(mapping, mappings=mappings).plan)
    rules = [made for made in explanation.rules if rule in (None, made.name)]
    if not rules:
        names = ", ".join(made.name for made in explanation.rules)
        raise UsageError(f"the mapping has no rule `{rule}`; its rules are {names}")
    click.echo({"table": _table, "text": _text, "json": _json}[form](explanation, rules))


def _table(explanation: Explanation, rules: list[ExplainedRule]) -> str:
    parts = []
    for rule in rules:
        rows = [["TARGET", "SOURCE", "WHEN", "RULE"]]
        rows += [
            [item.target, item.source, "; ".join(item.when), f"{_short(item.place.file)}:{item.place.line}"]
            for item in rule.elements
        ]
        parts.append("\n".join([*_heading(rule), aligned(rows, indent="  ")]))
    return "\n\n".join(parts)


def _text(explanation: Explanation, rules: list[ExplainedRule]) -> str:
    parts = []
    for rule in rules:
        lines = list(_heading(rule))
        for item in rule.elements:
            lines += [f"  {item.target}", f"    source  {item.source}"]
            lines += [f"    when    {when}" for when in item.when]
            lines.append(f"    rule    {item.place}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _json(explanation: Explanation, rules: list[ExplainedRule]) -> str:
    whole = asdict(explanation) | {"rules": [asdict(rule) for rule in rules]}
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _heading(rule: ExplainedRule) -> Iterator[str]:
    yield f"{rule.name}: one {rule.resource} for each row of `{rule.context}`" + (
        f" when {rule.when}" if rule.when else ""
    )
    yield f"  id from {', '.join(rule.key)}"


def _short(file: str) -> str:
    """The place's file within its package: the folder above it is in the heading of the mapping."""
    path = Path(file)
    return "/".join(path.parts[-2:]) if path.parent.name in ("parts", "codes") else path.name
