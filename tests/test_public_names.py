"""What others may build on. A change here is a change of the interface: it goes into the changelog."""

from __future__ import annotations

import dataclasses
import inspect

import interop


def test_names_of_the_package() -> None:
    assert sorted(interop.__all__) == [
        "Conversion",
        "DataPlace",
        "Finding",
        "Frames",
        "InteropError",
        "Mapping",
        "MappingError",
        "Place",
        "Severity",
        "UsageError",
        "__version__",
        "load",
    ]
    assert all(getattr(interop, name) is not None for name in interop.__all__)


def test_names_of_a_mapping() -> None:
    assert [name for name in dir(interop.Mapping) if not name.startswith("_")] == [
        "convert",
        "convert_frame",
        "convert_many",
        "findings",
        "id",
        "status",
        "title",
        "version",
    ]


def test_names_of_a_conversion() -> None:
    assert [name for name in dir(interop.Conversion) if not name.startswith("_")] == [
        "failed",
        "findings",
        "models",
        "operation_outcome",
        "resources",
        "texts",
    ]


def test_parameters() -> None:
    assert list(inspect.signature(interop.load).parameters) == ["id_or_folder", "mappings"]
    for name, first in (("convert", "record"), ("convert_many", "records"), ("convert_frame", "frame")):
        assert list(inspect.signature(getattr(interop.Mapping, name)).parameters) == ["self", first, "file"]


def test_fields_of_a_finding() -> None:
    fields = [field.name for field in dataclasses.fields(interop.Finding)]
    assert fields == ["code", "data", "target", "rule", "detail", "fix"]


def test_errors_have_one_base() -> None:
    assert issubclass(interop.MappingError, interop.InteropError)
    assert issubclass(interop.UsageError, interop.InteropError)
