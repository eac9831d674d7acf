"""The `interop` command: its group, and what an exception means to the caller."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from interop.cli.check import check
from interop.cli.convert import convert
from interop.cli.coverage import coverage
from interop.cli.exit_codes import ExitCode
from interop.cli.explain import explain
from interop.cli.lineage import lineage
from interop.cli.new import new
from interop.cli.packages import list_packages, show
from interop.cli.quarantine import quarantine
from interop.cli.schema import schema
from interop.errors import MappingError, UsageError

HELP = """National health record formats to HL7 FHIR R4, by declarative mapping files.

\b
Examples:
  interop list                                            the mappings that are installed
  interop convert -m uk/immunisation -o out/ in/*.csv     convert files to NDJSON
  interop check mappings/uk/immunisation                  everything that is wrong with a mapping
  interop explain uk/immunisation --rule Patient          which column fills which element

Exit codes: 0 all converted; 1 some records in quarantine; 2 usage; 3 mapping refused; 4 stopped; 5 too many in
quarantine; 70 our bug.
"""


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="interop", message="%(prog)s %(version)s")
def cli() -> None:
    pass


for command in (convert, quarantine, coverage, check, explain, lineage, list_packages, show, schema, new):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command and exits. The only place where exceptions become exit codes."""
    signal.signal(signal.SIGTERM, _stop)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and gives its exit code. Prints to stderr what went wrong, never a value of a record."""
    try:
        words = sys.argv[1:] if arguments is None else list(arguments)
        with cli.make_context("interop", words) as context:  # not `cli.main`, which exits by itself on a closed pipe
            code = cli.invoke(context)
        sys.stdout.flush()
        return int(code or ExitCode.CONVERTED)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as refused:
        refused.show()
        return ExitCode.USAGE
    except UsageError as refused:
        click.echo(f"Error: {refused}", err=True)
        return ExitCode.USAGE
    except MappingError as refused:
        click.echo(str(refused), err=True)
        return ExitCode.REFUSED
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. The same command with --resume goes on from here; without it, anew.", err=True)
        return ExitCode.STOPPED
    except BrokenPipeError:
        _abandon_stdout()
        return ExitCode.STOPPED
    except OSError as failed:
        click.echo(f"Stopped: {failed.strerror or type(failed).__name__}{_named(failed)}", err=True)
        try:
            sys.stdout.flush()
        except OSError:  # what failed is standard output itself, and would again at exit
            _abandon_stdout()
        return ExitCode.STOPPED
    except BaseException as bug:  # a panic of polars too; no traceback, since it could print a value
        return _report_bug(bug)


def _report_bug(bug: BaseException) -> int:
    if os.environ.get("INTEROP_DEBUG") == "1":
        import traceback

        traceback.print_exception(bug)
    click.echo(
        f"This is an error of interop itself ({_kind(bug)}), not of your data. Nothing of the data is shown here.\n"
        "Please report it with this text, the command and the output of `interop --version` (CONTRIBUTING.md).\n"
        "INTEROP_DEBUG=1 shows where it happened; that text may hold values of the data: read it before you share it.",
        err=True,
    )
    return ExitCode.BUG


def _kind(bug: BaseException) -> str:
    """The exception's type, and the line of this program that raised it: no text of the exception."""
    place, trace = "", bug.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.split(".")[0] == "interop":
            place = f", {name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return type(bug).__name__ + place


def _named(failed: OSError) -> str:
    return f": {failed.filename}" if isinstance(failed.filename, str) else ""


def _stop(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _abandon_stdout() -> None:
    """The reader of our output is gone, or its disk is full: nothing more may be flushed to it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
