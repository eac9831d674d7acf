"""The JSON Schema of report.json (draft-07). `interop schema report` prints it; a test holds real reports to it.

`reportVersion` grows when a member goes or changes its meaning; a new member leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from interop.errors import Severity
from interop.job.report import VERSION

Schema: TypeAlias = dict[str, Any]

COUNT: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string", "minLength": 1}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
INSTANT: Schema = {"type": "string", "format": "date-time"}


def report_schema() -> Schema:
    """The schema of report.json."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "report.json",
        "description": "What a run of `interop convert` did. It holds no value of the data.",
        **_object(_members(), optional=("replays",)),
    }


def _members() -> Schema:
    return {
        "reportVersion": {"const": VERSION, "description": "Of this form."},
        "program": _said(TEXT, "The version of interop."),
        "mapping": _object({"id": TEXT, "version": TEXT, "hash": _said(HASH, "SHA-256 of the mapping's files.")}),
        "files": _said(COUNT, "Inputs."),
        "rejectedFiles": _said(COUNT, "Inputs that could not be read at all, or not to their end."),
        "records": _records(),
        "resources": _counts("Resources written, by type.", "^[A-Z][A-Za-z]+$"),
        "fields": _or_null(_fields()),
        "idsSeenAgain": _or_null(_said(COUNT, "Resources whose id an earlier record had; null: too many to count.")),
        "droppedVersions": _said(COUNT, "Earlier versions of resources, left out by --latest."),
        "findings": {"type": "array", "items": _finding()},
        "bytes": _object({"in": _said(COUNT, "Of the input, decompressed."), "out": _said(COUNT, "Of resources.")}),
        "lineage": _lineage(),
        "raisedLimits": _said({"type": "array", "items": _raised()}, "Limits that are not the default."),
        "parts": _object({"all": COUNT, "resumed": _said(COUNT, "Finished by the run that this one resumed.")}),
        "brokenLaws": _said({"type": "array", "items": TEXT}, "In words; empty when all balance."),
        "exitCode": {"enum": [0, 1, 5, 70]},
        "seconds": {"type": "number", "minimum": 0},
        "workers": {"type": "integer", "minimum": 1},
        "peakMemory": _said(COUNT, "Bytes of all processes together, shared ones once."),
        "replays": _said({"type": "array", "items": _replay()}, "Quarantine converted again, by mended mappings."),
    }


def _records() -> Schema:
    return _object(
        {
            "framed": _said(COUNT, "Found in the input: converted, in quarantine, or left out."),
            "countedIndependently": _said(COUNT, "The same by another method."),
            "converted": COUNT,
            "quarantined": COUNT,
            "leftOut": _said(COUNT, "By --sample."),
            "cutByLimit": _said({"type": "boolean"}, "Whether --limit ended the run before its input."),
        }
    )


def _fields() -> Schema:
    described = "Fields of the source's layout by what the mapping does with them, whatever the data."
    return _said(_object({"used": COUNT, "excused": COUNT, "leftOver": COUNT}), described)


def _finding() -> Schema:
    code = {"type": "string", "pattern": "^[A-Z][0-9]{3}$"}
    severity = {"enum": [one.value for one in Severity]}
    return _object({"code": code, "severity": severity, "title": TEXT, "count": COUNT | {"minimum": 1}, "fix": TEXT})


def _lineage() -> Schema:
    provenance = _or_null(_said(INSTANT, "The instant that Provenances were recorded with; null: there are none."))
    source = _said({"type": "boolean"}, "Whether each resource names its file and record in meta.source.")
    return _object({"metaSource": source, "provenance": provenance})


def _raised() -> Schema:
    return _object({"name": TEXT, "default": COUNT, "value": COUNT})


def _replay() -> Schema:
    return _object({"version": TEXT, "hash": HASH, "converted": COUNT, "left": COUNT})


def _object(members: Schema, *, optional: Iterable[str] = ()) -> Schema:
    required = [name for name in members if name not in set(optional)]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


def _counts(described: str, names: str) -> Schema:
    counts = {"type": "object", "patternProperties": {names: COUNT}, "additionalProperties": False}
    return _said(counts, described)


def _said(schema: Schema, described: str) -> Schema:
    return {"description": described, **schema}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
