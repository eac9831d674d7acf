"""`interop convert`: files of records to FHIR."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import click

from interop.cli.finding_list import MOST
from interop.cli.inputs import expand_inputs, inputs_argument
from interop.cli.loading import load_for_job
from interop.cli.options import mappings_option, raise_limits
from interop.errors import UsageError


@click.command()
@click.option("-m", "--mapping", required=True, metavar="ID", help="The id of a mapping package, or its folder.")
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="DIR",
    help="A folder, or - for standard output (the default).",
)
@click.option(
    "--as",
    "shape",
    type=click.Choice(["ndjson", "bundle"]),
    default="ndjson",
    show_default=True,
    help="Resources, one a line, one file a type; or one Bundle a record.",
)
@mappings_option
@click.option(
    "--executor",
    type=click.Choice(["auto", "rust", "columns", "rows"]),
    default="auto",
    show_default=True,
    help="All give the same bytes: rust (if compiled) or columns for bulk, rows for a few records; auto chooses.",
)
@click.option("--latest", is_flag=True, help="Of several versions of a resource keep the last.")
@click.option(
    "--max-quarantine",
    type=click.FloatRange(0, 100),
    metavar="PCT",
    help="Exit with 5 when more than this share of the records cannot be converted.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that convert; by default as many as there are processors, and work for them.",
)
@click.option("--memory", type=click.IntRange(min=300), metavar="MB", help="What all processes together may take.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Convert the first N records only.")
@click.option(
    "--sample",
    type=click.FloatRange(0, 100, min_open=True),
    metavar="PCT",
    help="Convert this share of the records only, the same ones in every run.",
)
@click.option("--dry-run", is_flag=True, help="Convert and report, and write nothing.")
@click.option("--resume", is_flag=True, help="Go on with the run that was stopped in DIR: same words, same bytes.")
@click.option("--batch-rows", type=click.IntRange(min=1), metavar="N", help="Records converted at a time.")
@click.option("--meta-source", is_flag=True, help="Name file and record in each resource: meta.source.")
@click.option("--provenance", is_flag=True, help="Write a Provenance for each part: which files, which mapping.")
@click.option(
    "--recorded",
    metavar="INSTANT",
    help="When, for --provenance: by default SOURCE_DATE_EPOCH, or when the newest file was changed.",
)
@click.option("--outcomes", is_flag=True, help="Write the findings as FHIR too: outcomes.ndjson.")
@click.option(
    "--raise",
    "raised",
    multiple=True,
    metavar="NAME=VALUE",
    help="Raise a limit: record_bytes=128MiB. May be given more than once; docs/jobs.md has them all.",
)
@click.option(
    "--findings",
    "most",
    type=click.IntRange(min=0),
    default=MOST,
    show_default=True,
    metavar="N",
    help="Findings of one code that are printed in full.",
)
@inputs_argument
def convert(
    mapping: str,
    output: str,
    shape: Literal["ndjson", "bundle"],
    mappings: tuple[Path, ...],
    executor: Literal["auto", "rust", "columns", "rows"],
    latest: bool,
    max_quarantine: float | None,
    workers: int | None,
    memory: int | None,
    limit: int | None,
    sample: float | None,
    dry_run: bool,
    resume: bool,
    batch_rows: int | None,
    meta_source: bool,
    provenance: bool,
    recorded: str | None,
    outcomes: bool,
    raised: tuple[str, ...],
    most: int,
    inputs: Sequence[Path],
) -> int:
    """Convert files of records to FHIR R4.

    INPUT is a file (.gz and .zst too), a folder with all files below it, a quoted pattern ('data/**/*.hl7'), or - for
    standard input. Below a folder, hidden files, what other programs leave (_SUCCESS) and the output of runs are not
    read. The summary and the findings go to
    standard error, and never show a value of the data; a record that cannot be converted is kept in quarantine/ in
    the output folder, with what is wrong with it.

    \b
    Examples:
      interop convert -m uk/immunisation -o out/ in/*.csv
      interop convert -m mx/covid-linelist -o out/ --max-quarantine 1 COVID19MEXICO.csv.gz
      interop convert -m us/cms-rif --as bundle -o - carrier.txt | head -n 1
      interop convert -m us/elr -o out/ --meta-source --provenance --outcomes messages/
      interop convert -m zz/clinic --mappings ~/maps -o - - < clinic.csv
    """
    from interop.engine.process import prepare_process

    prepare_process()
    target = None if output == "-" else Path(output)
    files = expand_inputs(inputs, target)
    package = load_for_job(mapping, mappings)

    from interop.cli.progress import progress_bar
    from interop.cli.summary import print_summary
    from interop.job.fields import count_fields
    from interop.job.recorded import recorded_instant
    from interop.job.run import Options, run_job
    from interop.plan.compile import compile_plan

    if target is not None and target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file; -o names a folder, or - for standard output")
    if recorded is not None and not provenance:
        raise UsageError("--recorded goes with --provenance")
    options = Options(
        shape=shape,
        executor=executor,
        latest=latest,
        max_quarantine=None if max_quarantine is None else max_quarantine / 100,
        batch_rows=batch_rows,
        workers=workers,
        memory=None if memory is None else memory * 1_000_000,
        limit=limit,
        sample=None if sample is None else sample / 100,
        dry_run=dry_run,
        resume=resume,
        meta_source=meta_source,
        provenance=recorded_instant(recorded, files, os.environ) if provenance else None,
        outcomes=outcomes,
        limits=raise_limits(raised),
    )
    plan, layout = compile_plan(package), package.layout
    fields = count_fields(package, plan)
    del package  # the files as trees are not needed any more
    with progress_bar() if sys.stderr.isatty() else nullcontext() as progress:
        report = run_job(plan, layout, files, target, options, progress=progress, fields=fields)
    print_summary(report, None if dry_run else target, most)
    return report.exit_code
