"""The `$` keys: what each is, and beside what it may stand.

Source: docs/language.md, Directives.
"""

from __future__ import annotations

from interop.errors import Finding
from interop.spec.suggestions import remedy
from interop.spec.yaml_text import Text

DIRECTIVES: dict[str, str] = {
    "$resource": "the resource type",
    "$for": "the context: one resource for each of its rows",
    "$when": "an expression; false drops the object or item",
    "$id": "the key that the id is derived from",
    "$unique": "true: the same key in another record is a finding",
    "$merge": "first, richest or union: when one record builds the id twice",
    "$each": "one item for each row of this context",
    "$value": "the value of a leaf that has other directives",
    "$absent": "the data-absent-reason when the value is null",
    "$first": "a list of alternatives: the first that is present",
    "$part": "the shape parts/<name>.yaml",
    "$with": "the part's arguments",
    "$from": "what the part's paths start from",
    "$ref": "the resource of that rule, as a Reference",
    "$distinct": "a value: an item whose value an earlier item has is not repeated",
    "$position": "this, or a list of the resource: the item's number in it, from 1",
    "$key": "beside $position: the $distinct value of the item that is meant",
    "$name": "the item's or alternative's name, for overlays",
    "$remove": "in an overlay: removes the member or the named item",
    "$parameters": "the names that $with gives",
}

FILE = frozenset(("$resource", "$for", "$when", "$id", "$unique", "$merge"))
ITEM = frozenset(("$each", "$distinct", "$name"))
USE = frozenset(("$part", "$with", "$from"))

# What makes a mapping more than an object → the directives that may stand beside it.
BESIDE: dict[str, frozenset[str]] = {
    "$value": frozenset(("$when", "$absent")),
    "$ref": frozenset(("$when", "$each")),
    "$position": frozenset(("$when", "$key")),
    "$first": frozenset(("$when", "$absent")),
    "": frozenset(("$when", "$absent", "$resource")),
}


def refuse_directive(key: Text, where: str) -> Finding:
    """The finding for a directive that is unknown (M112), or known and out of place (M113)."""
    name = key.value
    if name not in DIRECTIVES:
        return Finding("M112", rule=key.place, detail=f"`{name}`", fix=remedy(name, DIRECTIVES, "directives"))
    return Finding("M113", rule=key.place, detail=f"`{name}` {where}", fix=_PLACES.get(name, ""))


_PLACES = {
    "$each": "write it in an item of a list, or beside `$ref`",
    "$distinct": "write it in an item of a list",
    "$name": "write it in an item of a list",
    "$for": "write it at the top of a resource file",
    "$id": "write it at the top of a resource file",
    "$unique": "write it at the top of a resource file",
    "$merge": "write it at the top of a resource file",
    "$resource": "write it at the top of a resource file, or in an item of `contained`",
    "$remove": "write it in a package with `extends`",
    "$parameters": "write it at the top of a part",
    "$with": "write it beside `$part`",
    "$from": "write it beside `$part`",
    "$key": "write it beside `$position`",
    "$absent": "write it in an object, or beside `$value` or `$first`",
}
