"""What stands beside a value in R4: the extensions of a primitive, and why there is no value.

Of a primitive both go to `_birthDate`, beside `birthDate`. So they have no place where there is no such member: in a
list of several values, or in an alternative that may not be the one that is taken. R4 has the extensions of a list in
another list, `_given`, as long as `given`: those of a list of one value have a place there.
"""

from __future__ import annotations

from collections.abc import Iterator

from interop.errors import Finding, Place
from interop.fhir import definitions as r4
from interop.spec.tree import Absent, First, Item, Leaf, ListNode, Node, Object
from interop.spec.walk import only_value

_ITEM = "let it be the only item of its list, without `$each`, or leave the column to ignored.csv, with the reason"
_ALTERNATIVE = "give each alternative a member of its own, with `$when`"
_REASON = "write the reason as an item of `extension`, with `$when`"
_OBJECT = "write the object out: `coding: [X | code …]`, and `extension` beside it"


def lint_shadows(node: Node, child: r4.Child) -> Iterator[Finding]:
    """The value of a member, with all that is inside a list or a `$first` of it.

    Errors: M152 extensions, M153 reasons, each where it would be lost or make something that is no R4.
    """
    match node:
        case ListNode(items=(Item(node=Leaf(absent=None)),)) if r4.is_primitive(child.path) and only_value(node):
            pass
        case ListNode(items=items):
            for item in items:
                yield from _inside(item.node, child, _ITEM)
        case First(options=options):
            *before, last = options or (node,)
            for option in before:
                yield from _inside(option, child, _ALTERNATIVE)
            match last:
                case Absent(when=None) | Object(when=None):
                    pass
                case Leaf(when=None):
                    yield from _extended(last, child, _ALTERNATIVE)
                case _ if last is not node:
                    yield from _inside(last, child, _ALTERNATIVE)
        case Leaf() if not r4.is_primitive(child.path):
            yield from _extended(node, child, _OBJECT)
        case Leaf() if node.absent is not None:
            yield from _extended(node, child, _REASON)


def _inside(node: Node, child: r4.Child, fix: str) -> Iterator[Finding]:
    """A value that has no member of its own."""
    match node:
        case First(options=options):
            for option in options:
                yield from _inside(option, child, fix)
        case Leaf():
            yield from _extended(node, child, fix)
            if node.absent is not None:
                yield _unsaid(node.place, child)
        case Object() if node.absent is not None:
            yield _unsaid(node.place, child)
        case Absent() if r4.is_primitive(child.path):
            yield _unsaid(node.place, child)


def _extended(leaf: Leaf, child: r4.Child, fix: str) -> Iterator[Finding]:
    if leaf.extension is not None:
        yield Finding("M152", rule=leaf.place, detail=f"`{child.element.path}`", fix=fix)


def _unsaid(place: Place, child: r4.Child) -> Finding:
    return Finding("M153", rule=place, detail=f"`{child.element.path}`")
