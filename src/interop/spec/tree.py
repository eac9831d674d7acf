"""The mapping language as a tree: what a package says, after parsing, parts and overlays, before any plan.

Three layers, each a closed set of frozen dataclasses: *values* (text from a record), *conditions* (true or false), and
*nodes* (the shape of a resource). Every one knows its place in the package's files.
Source: docs/language.md.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal, TypeAlias

from interop.errors import Place
from interop.immutable import immutable

# -- values ----------------------------------------------------------------------------------------------------------


@immutable()
class Constant:
    """`= text`, or the text itself where only a constant makes sense."""

    text: str


@immutable()
class Path:
    """A source path as written: `DOSE_AMOUNT`, `person.SEX`, `#`, `file.disease`; of hl7v2 `PID-3[2].4.2`, `OBX-5.*`.

    `parts` is the path split at its dots, without backticks: `("person", "SEX")`, `("PID-3[2]", "4", "2")`,
    `("OBX-5", "*")`. `PID-19 deleted` of an expression is `Exists(Path(("PID-19 deleted",)))`. Paths that start from
    `$from` or from the repetition (`CX.4.2`) are `relative` until they are written out: `("PID-3", "4", "2")`.
    """

    parts: tuple[str, ...]
    place: Place
    relative: bool = False

    def __str__(self) -> str:
        return ".".join(self.parts)


@immutable()
class Template:
    """`text {hole} text`: literal texts and values in turn; null when any hole is null."""

    parts: tuple[str | Value, ...]


@immutable()
class Miss:
    """What a concept map does with a code that it does not hold. `find` is the default: null and a finding."""

    policy: Literal["find", "omit", "keep", "other", "fail"]
    other: str = ""  # the target code, for policy "other"


@immutable()
class StepCall:
    """One step: `date DDMMYYYY`, `code sex else omit`."""

    name: str
    args: tuple[str, ...]
    miss: Miss
    place: Place


@immutable()
class Piped:
    """A value and the steps that it passes, left to right. There is at least one step."""

    source: Value
    steps: tuple[StepCall, ...]


@immutable()
class Choice:
    """`a ?? b`: the first option that is present."""

    options: tuple[Value, ...]


Value: TypeAlias = Constant | Path | Template | Piped | Choice

# -- conditions ------------------------------------------------------------------------------------------------------


@immutable()
class Compare:
    """`left op right`. As numbers when `numeric` (the right side is a number literal), else as text."""

    left: Value
    op: Literal["=", "!=", "<", "<=", ">", ">="]
    right: Value
    numeric: bool


@immutable()
class In:
    """`left in ('a', 'b')`."""

    left: Value
    values: tuple[str, ...]


@immutable()
class Exists:
    """`left exists`."""

    left: Value


@immutable()
class Matches:
    """`left matches 'pattern'`: on the whole text, RE2 syntax."""

    left: Value
    pattern: str


@immutable()
class Not:
    """`not c`; `a not in (…)` and `a != b` on a null left side are true."""

    condition: Condition


@immutable()
class And:
    conditions: tuple[Condition, ...]


@immutable()
class Or:
    conditions: tuple[Condition, ...]


Condition: TypeAlias = Compare | In | Exists | Matches | Not | And | Or

# -- nodes -----------------------------------------------------------------------------------------------------------


@immutable(kw_only=True)
class Leaf:
    """A primitive (or, through `| code`, a Coding or CodeableConcept). `extension` is that of the primitive."""

    value: Value
    place: Place
    when: Condition | None = None
    absent: str | None = None
    extension: ListNode | None = None


@immutable(kw_only=True)
class Absent:
    """`{$absent: unknown}` alone: nothing but the reason."""

    reason: str
    place: Place
    when: Condition | None = None


@immutable(kw_only=True)
class Object:
    """A FHIR object: members in the order of the file. `resource` names its type inside `contained`."""

    members: tuple[tuple[str, Node], ...]
    places: dict[str, Place] = field(hash=False)  # of each member's key
    place: Place
    when: Condition | None = None
    absent: str | None = None
    resource: str | None = None


@immutable(kw_only=True)
class Ref:
    """`{$ref: Patient}`: a reference to the resource of that rule. `display` and the like are `members`.

    `rule` is the rule's full name: `Practitioner@PV1-7` where `$for` of Practitioner.yaml is a list. It is built in the
    current context or in one around it; with `each`, which stands where the element takes one reference
    (`performer: {$ref: Practitioner, $each: PV1-7}`), it is the first that was built in the rows of that context, and
    `when` and `members` are looked up there too. `each` is as in `Item`. In a list `$each` is the item's.
    """

    rule: str
    place: Place
    when: Condition | None = None
    members: tuple[tuple[str, Node], ...] = ()
    places: dict[str, Place] = field(default_factory=dict, hash=False)
    each: str | None = None


@immutable(kw_only=True)
class Position:
    """`{$position: this}` (list is None), or the number of the item of `list` whose `$distinct` equals `key`."""

    list: str | None
    key: Value | None
    place: Place
    when: Condition | None = None


@immutable(kw_only=True)
class First:
    """`$first`: the first alternative that is present."""

    options: tuple[Node, ...]
    place: Place
    when: Condition | None = None


@immutable(kw_only=True)
class Item:
    """An item of a list: once, or once for each row of the context `each`.

    `each` is the context's full name (`patient/PID-3`, `insurance`), wherever it stands in the tree: right below the
    current context, or right below one around it. In the second case the rows are those of the nearest context
    around both: under `order`, `each="insurance"` walks the insurance of the order's patient. `node` and `distinct`
    then know `each` and the contexts around it in the tree (`insurance`, `patient`, `message`), and not those that the
    item was written under (`order`).
    """

    node: Node
    place: Place
    each: str | None = None
    distinct: Value | None = None
    name: str | None = None


@immutable(kw_only=True)
class ListNode:
    """A FHIR list."""

    items: tuple[Item, ...]
    place: Place


Node: TypeAlias = Leaf | Absent | Object | Ref | Position | First | ListNode


@immutable(kw_only=True)
class Rule:
    """One resource file, or one of the contexts of its `$for`. Either `key` (a derived id) or `id` (as given) is set.

    `name` is the file's stem; where `$for` is several contexts, with one of them: `Practitioner@PV1-7`. `context` is
    its full name: `patient/PV1-7`.
    """

    name: str
    resource: str
    context: str
    body: Object
    place: Place
    when: Condition | None = None
    key: tuple[Value, ...] = ()
    id: Leaf | None = None
    unique: bool = False
    merge: Literal["first", "richest", "union"] | None = None
