"""The library: load a mapping, convert one record, many, or a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from interop.engine.record import RowExecutor
from interop.engine.result import RecordResult
from interop.errors import Finding
from interop.find import find_package
from interop.plan.compile import compile_plan
from interop.plan.model import Plan
from interop.readers import open_reader
from interop.readers.protocol import Projection
from interop.readers.record_number import number_record
from interop.rust import is_there
from interop.spec.load import load_package
from interop.spec.package import Package

if TYPE_CHECKING:
    import polars as pl

    from interop.engine.columns import BulkExecutor
    from interop.readers.delimited import DelimitedReader
    from interop.readers.hl7v2 import Hl7v2Reader
    from interop.readers.protocol import Batch

__all__ = ["Conversion", "Frames", "Mapping", "load"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """One record, converted.

    Args:
        findings: What was wrong or noted, without any value of the record.
        failed: A finding of severity error: there are no resources.
        texts: The resources as compact JSON, in the order of the rules.
    """

    findings: tuple[Finding, ...]
    failed: bool
    texts: tuple[str, ...] = field(repr=False)

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources as plain values. Decimals become floats; `texts` has them as sent."""
        return [orjson.loads(text) for text in self.texts]

    def operation_outcome(self) -> dict[str, Any]:
        """The findings as a FHIR OperationOutcome, an issue each; one that says so when there are none."""
        from interop.writers.outcome import outcome

        return outcome(self.findings)

    def models(self) -> list[Any]:
        """The resources as fhir.resources models (R4B: see `interop.fhir.models` for where it differs from R4)."""
        from interop.fhir.models import model

        return [model(resource) for resource in self.resources]


@dataclass(frozen=True, slots=True)
class Frames:
    """A frame of rows, converted. The resources of a record with a finding of severity error are left out."""

    resources: pl.DataFrame
    findings: pl.DataFrame


class Mapping:
    """A mapping package, compiled. Thread-safe: converting keeps no state."""

    def __init__(self, package: Package, mappings: Sequence[Path] = ()) -> None:
        self.package = package
        self._place = package.folder.resolve(), [path.resolve() for path in mappings]  # and where its bases are
        self.plan: Plan = compile_plan(package)
        self._rows = RowExecutor(self.plan)

    @property
    def id(self) -> str:
        """The package's id: `uk/immunisation`."""
        return self.package.card.id

    @property
    def title(self) -> str:
        return self.package.card.title

    @property
    def version(self) -> str:
        return self.package.card.version

    @property
    def status(self) -> str:
        return self.package.card.status

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the check of the package has to say, short of refusing it."""
        return self.package.warnings

    def convert(self, record: object, *, file: str = "") -> Conversion:
        """Converts one record: a row by the row executor, a message by that of Rust where it is there.

        Args:
            record: For a delimited source a mapping from column names to text (a row), or a sequence of them (the rows
                that share a key), or text with a header line. For HL7 v2 one message, as text or as bytes.
            file: The name of the file that it came from, where the mapping reads names from it.

        Raises:
            UsageError: `record` is of another type, fits none of the mapping's tables, or is several messages.

        >>> import interop
        >>> mapping = interop.load("mx/covid-linelist")
        >>> done = mapping.convert({"ID_REGISTRO": "0a1b2c3", "SEXO": "1", "EDAD": "34"}, file="example.csv")
        >>> done.resources[0]["resourceType"]
        'Patient'
        """
        return self._convert(record, file, 1)

    def convert_many(self, records: Iterable[object], *, file: str = "") -> Iterator[Conversion]:
        """Converts records one after another, in order; the n-th is numbered n in findings."""
        for number, data in enumerate(records, 1):
            yield self._convert(data, file, number)

    def _convert(self, data: object, file: str, number: int) -> Conversion:
        if self._alone is not None and (batch := self._alone(data, file=file, number=number)) is not None:
            from interop.engine.alone import convert_alone

            return Conversion(*convert_alone(self._bulk, batch))
        record = self._reader.record(data, file=file)
        number_record(record, number)
        return _conversion(self._rows.convert(record))

    def convert_frame(self, frame: pl.DataFrame | Any, *, file: str = "") -> Frames:
        """Converts a frame of rows: a pure function of the frame and the mapping's text.

        Args:
            frame: A Polars frame, or anything with the Arrow C stream interface (a pyarrow table or record batch).
                Columns are text, named as in the source; those that are not there are read as null. For HL7 v2 the
                column `message` has one message a row, as text or as bytes.
            file: The name of the file that the rows came from, where the mapping reads names from it.

        Returns:
            `resources`: a row for each, in input order: record u32 (from 0), type, id, json (utf8).
            `findings`: a row for each: record u32, severity, code, target, field (utf8).

        Raises:
            UsageError: Columns that are not text, that fit none of the mapping's tables, or no column `message`.

        >>> import polars as pl
        >>> done = load("mx/covid-linelist").convert_frame(pl.DataFrame({"ID_REGISTRO": ["0a1b2c3"], "SEXO": ["1"]}))
        >>> done.resources["type"].to_list()[:1]
        ['Patient']
        """
        from interop.engine.frames import convert_frame
        from interop.engine.message_frames import convert_messages
        from interop.readers.delimited import DelimitedReader

        if not isinstance(self._reader, DelimitedReader):
            return Frames(*convert_messages(self._rows, self._reader, frame, file))
        return Frames(*convert_frame(self._bulk, self._reader, self.plan, frame, file))

    @cached_property
    def _reader(self) -> DelimitedReader | Hl7v2Reader:
        """Opened when there is a record: readers import Polars."""
        return open_reader(self.package.layout)

    @cached_property
    def _alone(self) -> Callable[..., Batch | None] | None:
        """What makes a batch of one message, where that is faster than to read it value by value."""
        from interop.readers.hl7v2 import Hl7v2Reader

        if not is_there() or not isinstance(self._reader, Hl7v2Reader):
            return None
        return partial(self._reader.alone, Projection(self.plan.reads))

    @cached_property
    def _bulk(self) -> BulkExecutor[Any]:
        from interop.engine.bulk import bulk_executor

        return bulk_executor(self.plan)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its package's place: the other side loads it again."""
        folder, mappings = self._place
        return partial(load, mappings=mappings), (folder,)


def load(id_or_folder: str | Path, *, mappings: Sequence[Path] = ()) -> Mapping:
    """Loads, checks and compiles a mapping package.

    Args:
        id_or_folder: An id (`uk/immunisation`) or a folder with a mapping.yaml.
        mappings: Folders to look for packages in, before those that are installed.

    Raises:
        UsageError: There is no such package.
        MappingError: The package is refused; holds every finding.

    >>> load("uk/immunisation").id
    'uk/immunisation'
    """
    folder = find_package(id_or_folder, mappings)
    return Mapping(load_package(folder, lambda base: find_package(base, mappings)), mappings)


def _conversion(result: RecordResult) -> Conversion:
    return Conversion(result.findings, result.failed, tuple(resource.text for resource in result.resources))
