"""The plan: a mapping with every name resolved, ready to run, the same for all executors.

Values are text and conditions are true or false (`expressions`); nodes are JSON. Each knows where it stands in its rule
(`order`), which element it fills (`target`) and which line of the package says so (`rule`), so that findings,
`explain`, lineage and policies read the plan and nothing else.

*Presence.* Every node has a JSON fragment (or none), and is present or not. A constant has a fragment but is not
present; an object or resource part that reads the record is dropped when nothing in it is present (docs/language.md,
Presence).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from interop.errors import Place
from interop.immutable import immutable
from interop.plan.expressions import (
    All,
    Apply,
    Choice,
    Column,
    Compare,
    Condition,
    Constant,
    FileValue,
    Named,
    Not,
    RecordNumber,
    Some,
    Stepped,
    Template,
    Test,
    Value,
    present,
)
from interop.plan.later import Later
from interop.plan.numbering import Located
from interop.values.codes import Translation

__all__ = [
    "All",
    "Apply",
    "Array",
    "Body",
    "Choice",
    "Coded",
    "Column",
    "Compare",
    "Condition",
    "Constant",
    "Context",
    "Each",
    "Exclusive",
    "FileValue",
    "First",
    "Fused",
    "Guard",
    "Item",
    "Json",
    "Member",
    "Named",
    "Node",
    "Not",
    "Object",
    "PeriodEnd",
    "Plan",
    "Position",
    "Primitive",
    "RecordNumber",
    "Reference",
    "Required",
    "Rule",
    "Some",
    "Stepped",
    "Template",
    "Test",
    "Value",
    "present",
]


@immutable()
class Json:
    """A JSON fragment from the mapping: never null, never present. `place` is where the mapping has it, if anywhere."""

    text: str
    place: Place | None = None


@immutable(kw_only=True)
class Primitive:
    """A primitive: a value, checked against the element's type, as a JSON literal."""

    value: Value
    type: str
    json: Literal["string", "number", "boolean"]
    bound: bool  # the element has a required binding
    check: Apply
    order: int
    target: str
    place: Place


@immutable(kw_only=True)
class Coded:
    """A value translated to Codings. `shape` says how several targets stand: in one concept, or one item each."""

    value: Value
    translate: Callable[[str], Translation]
    shape: Literal["coding", "concept", "codings", "concepts"]
    map: str
    order: int
    target: str
    place: Place


@immutable()
class Guard:
    """A node under a condition; a constant under a condition is present when it holds."""

    condition: Condition
    node: Node


@immutable()
class Member:
    """A member of an object. `absent` is the whole member as text, used when the node is null and `when` holds."""

    name: str
    node: Node
    absent: str | None = None
    when: Condition | None = None


@immutable()
class Required:
    """An element of minimum 1, and the members that can give it. `order` stands for it in findings."""

    element: str
    members: tuple[str, ...]
    order: int


@immutable()
class Exclusive:
    """Members of one choice (`deceasedBoolean`, `deceasedDateTime`): the first that has a value stands."""

    members: tuple[str, ...]
    order: int


@immutable(kw_only=True)
class Object:
    """A JSON object. `reads` is false for one of constants alone, which is never null."""

    members: tuple[Member, ...]
    required: tuple[Required, ...]
    exclusive: tuple[Exclusive, ...] = ()
    order: int
    target: str
    place: Place
    reads: bool = True
    type: str = ""

    def having(self, members: tuple[Member, ...]) -> Object:
        """The same object with other members. `dataclasses.replace` takes three times as long."""
        return Object(
            members=members,
            required=self.required,
            exclusive=self.exclusive,
            order=self.order,
            target=self.target,
            place=self.place,
            reads=self.reads,
            type=self.type,
        )


@immutable()
class Each:
    """Rows of another context: from the row `up` contexts above, through the rows of each context of `down` in turn.

    `up` is 0 for what stands below the current context. What is read of the rows knows their own contexts alone.
    """

    up: int
    down: tuple[str, ...]  # ("specimen", "specimen-observation"): outermost first, at least one

    @property
    def context(self) -> str:
        """The context of the rows."""
        return self.down[-1]


@immutable()
class Item:
    """An item of a list; with `each`, one for every one of these rows."""

    node: Node
    each: Each | None = None
    distinct: Value | None = None


@immutable(kw_only=True)
class Array:
    """A JSON array.

    `numbered` when an item holds its position; `plain` when none does, nor has `each` or `distinct`; `single` for the
    first item alone, without brackets, where the element takes one.
    """

    items: tuple[Item, ...]
    order: int
    target: str
    plain: bool
    numbered: bool
    single: bool = False


@immutable(kw_only=True)
class Reference:
    """A reference to the resource of a rule, `up` contexts above. `members` stand beside `reference`."""

    rule: str
    up: int
    order: int
    target: str
    place: Place
    members: tuple[Member, ...] = ()


@immutable(kw_only=True)
class Position:
    """The item's own number (`list` empty), or that of the item of `list` with this `$distinct` text."""

    list: str
    key: Value | None
    order: int
    target: str
    place: Place


@immutable()
class First:
    """The first option with a fragment."""

    options: tuple[Node, ...]


@immutable(kw_only=True)
class PeriodEnd:
    """The end of a Period, left out with a finding when it is before the start (invariant per-1)."""

    start: Node
    end: Node
    order: int
    target: str
    place: Place


@immutable()
class Fused:
    """A node that reads one column at most (made by a pass): runs once for each distinct value of it.

    `column` is None when it reads none but the file's values: the same for all rows of a batch.
    """

    column: Column | None
    node: Node


Node: TypeAlias = Json | Primitive | Coded | Guard | Object | Array | Reference | Position | First | PeriodEnd | Fused


@immutable(kw_only=True)
class Body:
    """What a rule builds. `lists` are the arrays that `$position` asks for; `located` knows each `order` in it."""

    node: Object
    lists: tuple[str, ...]
    located: Mapping[int, tuple[str, Place]] = field(repr=False)


@immutable(kw_only=True)
class Rule:
    """A resource file, planned: at once its head, which says what it builds for; its body when it is first asked for.

    `number` is its place among the rules; `located` knows each `order` in the head.
    """

    number: int
    name: str
    resource: str
    context: str
    root: str
    when: Condition | None
    key: tuple[Value, ...]
    id: Value | None
    id_check: Apply | None
    unique: bool
    merge: Literal["first", "richest", "union"] | None
    order: int
    place: Place
    located: Mapping[int, tuple[str, Place]] = field(repr=False)
    built: Later[Body] = field(compare=False)

    @property
    def body(self) -> Object:
        """Its own object, without `resourceType` and `id`."""
        return self.built().node

    @property
    def lists(self) -> tuple[str, ...]:
        """The arrays that `$position` asks for."""
        return self.built().lists

    def locate(self, order: int) -> Located:
        """The element and the line that a number of this rule stands for."""
        return Located(*(self.located.get(order) or self.built().located[order]))


@immutable(kw_only=True)
class Context:
    """A context of the source. `depth` counts from 0 at the record.

    `numbered`: `#` is the number in the columns' names, and rows may be missing between; else rows are counted from 1.
    `names`: of a group by names, the parent's columns that its rows are made of.
    """

    name: str
    parent: str | None
    root: str
    depth: int
    numbered: bool = False
    names: tuple[str, ...] = ()


@immutable(kw_only=True)
class Plan:
    """All rules of a package, and what they read: `reads` names the columns of each context."""

    mapping: str
    version: str
    hash: str
    namespace: bytes
    base: str
    contexts: dict[str, Context]
    rules: tuple[Rule, ...]
    reads: dict[str, tuple[str, ...]]

    def path(self, context: str) -> tuple[str, ...]:
        """The contexts from the given one up to its record: `("line", "carrier")`."""
        names = [context]
        while (parent := self.contexts[names[-1]].parent) is not None:
            names.append(parent)
        return tuple(names)
