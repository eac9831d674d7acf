"""The page that says what becomes of each row of the official HL7 v2 tables is what the package does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    """scripts/build_hl7v2_tables.py as a module."""
    spec = importlib.util.spec_from_file_location("build_hl7v2_tables", ROOT / "scripts" / "build_hl7v2_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def decided(tables: ModuleType) -> dict[str, tuple[Any, ...]]:
    """Every row with its status, as the package compiles now."""
    return dict(tables.decide({kind: tables.rows(kind) for kind in tables.KINDS}))


def test_the_pages_are_current(tables: ModuleType) -> None:
    stale = [name for name, text in tables.pages().items() if (tables.FOLDER / name).read_text("utf-8") != text]
    assert not stale, "run scripts/build_hl7v2_tables.py"


def test_what_is_ignored_has_a_reason(decided: dict[str, tuple[Any, ...]]) -> None:
    bare = [row for rows in decided.values() for row in rows if row.status == "ignored" and not row.where]
    assert not bare


@pytest.mark.parametrize(
    ("kind", "table", "row", "target"),
    [
        ("segments", "OBX[Observation]", "OBX-11", "status"),
        ("segments", "RXA[Immunization]", "RXA-20", "status"),
        ("segments", "PID[Patient]", "PID-3", "identifier[2]"),
        ("datatypes", "CX[Identifier]", "CX.1", "value"),
        ("vocabularies", "AdministrativeSex", "F", "female"),
        ("messages", "ORU_R01", "ORU_R01.PATIENT_RESULT.ORDER_OBSERVATION.OBSERVATION.OBX", "Observation"),
    ],
)
def test_rows_that_no_converter_may_leave_out(
    decided: dict[str, tuple[Any, ...]], kind: str, table: str, row: str, target: str
) -> None:
    found = [it for it in decided[kind] if (it.table, it.row, it.target) == (table, row, target)]
    assert found
    assert {it.status for it in found} == {"done"}


def test_a_field_that_nothing_reads_is_open(tables: ModuleType) -> None:
    made = tables.decide({"segments": (tables.Row("PID[Patient]", "PID-999", "identifier", ""),)})
    assert made["segments"][0].status == "open"
