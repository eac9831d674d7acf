"""National health record formats to HL7 FHIR R4, by declarative mapping files and a columnar core.

>>> import interop
>>> mapping = interop.load("uk/immunisation")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interop.errors import DataPlace, Finding, InteropError, MappingError, Place, Severity, UsageError

if TYPE_CHECKING:
    from interop.api import Conversion, Frames, Mapping, load

__version__ = "0.1.0"
__all__ = [
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

_LAZY = frozenset({"Conversion", "Frames", "Mapping", "load"})


def __getattr__(name: str) -> Any:
    """The library's larger half on first use, so that `interop --help` stays quick."""
    if name in _LAZY:
        from interop import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
