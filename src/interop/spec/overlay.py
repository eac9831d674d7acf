"""Overlays: a package's YAML laid over its base's, before anything is built from it.

Mappings are merged by key, list items by `$name`; items without a name are appended; `$remove: true` removes a member,
a named item or a whole file. Lists whose items cannot have names (`$id`, `$for`, `$parameters`, lists of texts in
mapping.yaml) are replaced. Places stay those of the file that each piece came from.
"""

from __future__ import annotations

from dataclasses import replace

from interop.errors import Finding
from interop.spec.suggestions import remedy
from interop.spec.yaml_text import Entry, Mapping, Node, Sequence, Text

_REPLACED = frozenset(("$id", "$parameters", "$for"))


def merge(base: Node, over: Node, findings: list[Finding], *, card: bool = False) -> Node:
    """`over` laid over `base`.

    Args:
        base: A file of the base, or a piece of it.
        over: The same of the overlay.
        findings: Grows.
        card: The file is mapping.yaml.

    Errors: M150 something is removed that the base does not have.
    """
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return _mappings(base, over, findings, card=card)
    if isinstance(base, Sequence) and isinstance(over, Sequence):
        if card and all(isinstance(item, Text) for item in over.items):
            return over
        return _sequences(base, over, findings, card=card)
    return over


def removes(node: Node) -> bool:
    """Whether the piece is there to remove what the base has."""
    flag = node.get("$remove") if isinstance(node, Mapping) else None
    return isinstance(flag, Text) and flag.value == "true"


def _mappings(base: Mapping, over: Mapping, findings: list[Finding], *, card: bool) -> Mapping:
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        known = entries.get(key)
        if removes(entry.value):
            if known is None:
                fix = remedy(key, base.entries, "members")
                findings.append(Finding("M150", rule=entry.key.place, detail=f"`{key}` is not in the base", fix=fix))
            entries.pop(key, None)
        elif known is None or key in _REPLACED:
            entries[key] = entry
        else:
            entries[key] = Entry(entry.key, merge(known.value, entry.value, findings, card=card))
    return replace(over, entries=entries)


def _sequences(base: Sequence, over: Sequence, findings: list[Finding], *, card: bool) -> Sequence:
    items = list(base.items)
    index = {name: number for number, item in enumerate(items) if (name := _name(item)) is not None}
    removed: set[int] = set()
    for item in over.items:
        name = _name(item)
        at = index.get(name) if name is not None else None
        if removes(item):
            if at is None:
                detail = f"no item is named `{name}`" if name else "`$remove` without `$name`"
                fix = remedy(name or "", index, "named items")
                findings.append(Finding("M150", rule=item.place, detail=detail, fix=fix))
            else:
                removed.add(at)
        elif at is None:
            items.append(item)
        else:
            items[at] = merge(items[at], item, findings, card=card)
    return replace(over, items=tuple(item for number, item in enumerate(items) if number not in removed))


def _name(item: Node) -> str | None:
    name = item.get("$name") if isinstance(item, Mapping) else None
    return name.value if isinstance(name, Text) else None
