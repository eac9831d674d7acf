"""The generated tables in `data/`, read once and as they are. `scripts/build_r4.py` documents and writes them."""

from __future__ import annotations

import pkgutil
from functools import cache
from typing import Any, TypeAlias

import orjson

ElementRow: TypeAlias = list[Any]  # name, types, min, max, strength, value set, targets, reference; trailing nulls cut


def read_table(name: str) -> bytes:
    """The bytes of `data/<name>.json`."""
    data = pkgutil.get_data(__package__, f"data/{name}.json")
    assert data is not None  # the loader of an installed package gives bytes or raises
    return data


@cache
def element_table() -> dict[str, dict[str, Any]]:
    """Type → `{kind, base, paths}`."""
    return dict(orjson.loads(read_table("elements")))


@cache
def code_table() -> dict[str, dict[str, list[str]]]:
    """Value set → system → codes."""
    return dict(orjson.loads(read_table("codes")))


@cache
def primitive_table() -> dict[str, list[str]]:
    """Primitive type → JSON kind and regex."""
    return dict(orjson.loads(read_table("primitives")))


@cache
def uri_table() -> dict[str, str]:
    """OID → URI."""
    return dict(orjson.loads(read_table("uris")))


@cache
def package() -> dict[str, str]:
    """Name, version, licence and SHA-256 of the package that the tables were made from."""
    record = orjson.loads(read_table("package"))
    return {key: record[key] for key in ("licence", "name", "sha256", "version")}


@cache
def digests() -> dict[str, str]:
    """File name → SHA-256 of each table, as it was generated."""
    return dict(orjson.loads(read_table("package"))["files"])
