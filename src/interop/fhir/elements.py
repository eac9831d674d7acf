"""What R4 says about an element, a binding, a primitive type: plain frozen records."""

from __future__ import annotations

from typing import Literal, TypeAlias

from interop.immutable import immutable

Strength: TypeAlias = Literal["required", "extensible", "preferred", "example"]
JsonKind: TypeAlias = Literal["string", "number", "boolean"]


@immutable()
class Binding:
    """An element's value set. `codes` is None unless the binding is required and the package can expand it.

    Source: ElementDefinition.binding; `value_set` without its version.
    """

    strength: Strength
    value_set: str
    codes: frozenset[str] | None = None

    @property
    def required(self) -> bool:
        return self.strength == "required"


@immutable()
class Element:
    """One element as a type defines it.

    `name` is as defined (`occurrence[x]` for a choice), `types` are its alternatives in the order of the definition,
    `max` is None for `*`, `targets` are the resource types that a Reference may name (empty: any).
    """

    path: str
    name: str
    types: tuple[str, ...]
    min: int
    max: int | None
    binding: Binding | None = None
    targets: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether the member is a JSON array, whatever the number of items."""
        return self.max != 1

    @property
    def is_choice(self) -> bool:
        return self.name.endswith("[x]")

    @property
    def members(self) -> tuple[str, ...]:
        """The JSON members that may carry it: one, or one for each type of a choice."""
        if not self.is_choice:
            return (self.name,)
        stem = self.name[:-3]
        return tuple(stem + kind[0].upper() + kind[1:] for kind in self.types)


@immutable()
class Child:
    """A JSON member resolved: its element, its concrete type, and the path under which its own members are found.

    `path` is a type (`HumanName`, `date`, `Resource`) or a backbone path (`Patient.contact`); a contentReference has
    been followed.
    """

    element: Element
    type: str
    path: str


@immutable()
class Primitive:
    """A primitive type. `pattern` is a regular expression of the whole text (empty: none), as R4 writes it."""

    name: str
    json: JsonKind
    pattern: str
