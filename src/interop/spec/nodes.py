"""From YAML to the nodes of the language: leaves, objects, lists, and what the directives make of them.

What is wrong becomes a finding and a `BROKEN` leaf, so that the rest is still checked and nothing is found twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from interop.errors import Finding, Place
from interop.limits import FIXED
from interop.spec.cursor import ScalarError
from interop.spec.directives import BESIDE, ITEM, refuse_directive
from interop.spec.expressions import parse_condition
from interop.spec.message_paths import PathDepth
from interop.spec.parts import Member, Parts
from interop.spec.substitution import Scope, is_true, substitute, substitute_condition
from interop.spec.tree import (
    Absent,
    Condition,
    Constant,
    First,
    Item,
    Leaf,
    ListNode,
    Node,
    Object,
    Position,
    Ref,
    Value,
)
from interop.spec.values import parse_value
from interop.spec.walk import operands_of, paths_of
from interop.spec.yaml_text import Mapping, Sequence, Text
from interop.spec.yaml_text import Node as YamlNode

BROKEN = Constant("")
"""Stands for a value that has a finding already. No value of a package is an empty constant."""

MAX_DEPTH = FIXED.node_depth
"""Levels of a resource after all parts are put in."""

Shape = dict[str, Member]
T = TypeVar("T")


class _Made(NamedTuple):
    """What was made of a node of a part, with the uses of parts and the levels that it took."""

    what: Any
    uses: int
    levels: int


class Nodes:
    """Builds the nodes of one package. `findings` grows.

    A leaf of a part is parsed once for all of its uses; uses that are alike share what is made of the part.
    """

    def __init__(self, parts: Parts, depth: PathDepth | None = None) -> None:
        self.parts = parts
        self.paths = parts.paths
        self._path_depth = depth
        self.findings = parts.findings
        self._values: dict[int, Value] = {}
        self._conditions: dict[int, Condition | None] = {}
        self._made_in: dict[tuple[int, int], _Made] = {}  # a node of a part, and a scope
        self._depth = self._deepest = 0
        self._makers: dict[str, Callable[[Shape, Place], Node]] = {
            "$value": self._leaf,
            "$ref": self._reference,
            "$position": self._position,
            "$first": self._first,
            "": self._object,
        }

    # -- values and conditions ---------------------------------------------------------------------------------------

    def value(self, node: YamlNode, scope: Scope) -> Value:
        """A leaf's value."""
        if not isinstance(node, Text):
            self.find("M113", node.place, "a list or a mapping where one value is expected", "write a path or `= text`")
            return BROKEN
        value = self._values.get(id(node))
        if value is None:
            value = self._values[id(node)] = self._parse_value(node)
        return value if scope.plain or value is BROKEN else substitute(value, scope)

    def _parse_value(self, node: Text) -> Value:
        if node.empty:
            fix = "write a path, or `= text` for a constant; quote a value that begins with #"
            self.find("M110", node.place, "an empty value", fix)
            return BROKEN
        try:
            value = substitute(parse_value(node, self.paths), Scope())
        except ScalarError as error:
            self.findings.append(error.finding)
            return BROKEN
        self._check_depth(value)
        return value

    def _check_depth(self, *values: Value) -> None:
        """Paths of messages end where their datatypes do."""
        if self._path_depth is not None:
            for value in values:
                found = (self._path_depth.check(path) for path in paths_of(value))
                self.findings += (finding for finding in found if finding is not None)

    def condition(self, member: Member | None) -> Condition | None:
        """What a `$when` says; None when there is none, when it is always true, or when it has a finding."""
        if member is None:
            return None
        node = member.value
        if not isinstance(node, Text):
            self.find("M113", member.key.place, "`$when` is one expression", "join conditions with `and`")
            return None
        if id(node) not in self._conditions:
            try:
                parsed = self._conditions[id(node)] = parse_condition(node, self.paths)
                self._check_depth(*operands_of(parsed))
            except ScalarError as error:
                self.findings.append(error.finding)
                self._conditions[id(node)] = None
        condition = self._conditions[id(node)]
        condition = None if condition is None else substitute_condition(condition, member.scope)
        return None if is_true(condition) else condition

    def word(self, member: Member | None, shape: str) -> str | None:
        """A directive's plain text."""
        if member is None:
            return None
        if isinstance(member.value, Text) and not member.value.empty:
            return member.value.value
        self.find("M113", member.key.place, f"`{member.key.value}` is one word", f"write `{shape}`")
        return None

    # -- nodes -------------------------------------------------------------------------------------------------------

    def node(self, node: YamlNode, scope: Scope, place: Place | None = None) -> Node:
        """The node of a member. `place` is its key's, for lists and objects."""
        if isinstance(node, Text):
            return Leaf(value=self.value(node, scope), place=node.place)
        if isinstance(node, Sequence):
            return ListNode(items=tuple(self._item(item, scope) for item in node.items), place=place or node.place)
        shape = self.shape(node, scope)
        return self._made(shape, node.place)

    def shape(self, node: Mapping, scope: Scope) -> Shape:
        """The members of a mapping, those of its part included."""
        return self.parts.flatten(node, scope, self.value)

    def members(self, shape: Shape) -> tuple[tuple[tuple[str, Node], ...], dict[str, Place]]:
        """The FHIR members of a shape, and their keys' places."""
        members = []
        places = {}
        for name, member in shape.items():
            if not name.startswith("$"):
                members.append((name, self._member(member)))
                places[name] = member.key.place
        return tuple(members), places

    def _member(self, member: Member) -> Node:
        return self._once(member, lambda: self.node(member.value, member.scope, member.key.place))

    def _once(self, member: Member, make: Callable[[], T]) -> T:
        """What a member gives: of a part in each scope once, unless there is something to find in it."""
        if not member.scope.parts:
            return make()
        key = id(member.value), id(member.scope)
        known = self._made_in.get(key)
        if known is not None and self.parts.has_room(known.uses) and self._depth + known.levels <= MAX_DEPTH:
            self.parts.uses += known.uses
            self._deepest = max(self._deepest, self._depth + known.levels)
            made: T = known.what
            return made
        found, uses, deepest = len(self.findings), self.parts.uses, self._deepest
        self._deepest = self._depth
        made = make()
        if len(self.findings) == found:
            self._made_in[key] = _Made(made, self.parts.uses - uses, self._deepest - self._depth)
        self._deepest = max(deepest, self._deepest)
        return made

    def _item(self, node: YamlNode, scope: Scope) -> Item:
        if isinstance(node, Sequence):
            self.find("M132", node.place, "a list in a list", "remove one of the two")
            return Item(node=Leaf(value=BROKEN, place=node.place), place=node.place)
        if isinstance(node, Text):
            return Item(node=self.node(node, scope), place=node.place)
        shape = self.shape(node, scope)
        distinct = shape.get("$distinct")
        return Item(
            node=self._made({name: member for name, member in shape.items() if name not in ITEM}, node.place),
            place=node.place,
            each=self.word(shape.get("$each"), "$each: context"),
            distinct=self.value(distinct.value, distinct.scope) if distinct else None,
            name=self.word(shape.get("$name"), "$name: name"),
        )

    def _made(self, shape: Shape, place: Place) -> Node:
        """What the directives of a mapping make of it."""
        directives = [name for name in shape if name.startswith("$")]
        kinds = [kind for kind in BESIDE if kind in directives] if directives else []
        kind = kinds[0] if kinds else ""
        if len(kinds) > 1:
            key = shape[kinds[1]].key
            self.find("M113", key.place, f"`{kinds[1]}` beside `{kind}`", "keep one of the two")
        allowed = BESIDE[kind]
        for name in directives:
            if name not in allowed and name not in kinds and name != "$part":
                self.findings.append(refuse_directive(shape[name].key, f"beside `{kind}`" if kind else "here"))
        if self._depth >= MAX_DEPTH:
            self.find("Y104", place, f"more than {MAX_DEPTH} levels, with those of the parts", "use fewer levels")
            return Leaf(value=BROKEN, place=place)
        self._depth += 1
        self._deepest = max(self._deepest, self._depth)
        made = self._makers[kind](shape, place)
        self._depth -= 1
        return made

    def _leaf(self, shape: Shape, place: Place) -> Node:
        member = shape["$value"]
        self._only(shape, "$value", ("extension",))
        extension = shape.get("extension")
        inner = self.node(extension.value, extension.scope, extension.key.place) if extension else None
        if inner is not None and not isinstance(inner, ListNode):
            self.find("M132", inner.place, "`extension` is a list", "begin each extension with `- `")
            inner = None
        return Leaf(
            value=self.value(member.value, member.scope),
            place=member.value.place,
            when=self.condition(shape.get("$when")),
            absent=self.word(shape.get("$absent"), "$absent: unknown"),
            extension=inner,
        )

    def _reference(self, shape: Shape, place: Place) -> Node:
        rule = self.word(shape["$ref"], "$ref: Patient")
        members, places = self.members(shape)
        if rule is None:
            return Leaf(value=BROKEN, place=place)
        when = self.condition(shape.get("$when"))
        each = self.word(shape.get("$each"), "$each: context")
        return Ref(rule=rule, place=shape["$ref"].value.place, when=when, members=members, places=places, each=each)

    def _position(self, shape: Shape, place: Place) -> Node:
        self._only(shape, "$position", ())
        name = self.word(shape["$position"], "$position: this")
        key = shape.get("$key")
        if name is None:
            return Leaf(value=BROKEN, place=place)
        if (name == "this") == (key is not None):
            fix = "write `{$position: this}`, or `{$position: careTeam, $key: COLUMN}`"
            self.find("M113", shape["$position"].key.place, "`$position` and `$key` do not fit", fix)
            return Leaf(value=BROKEN, place=place)
        return Position(
            list=None if name == "this" else name,
            key=self.value(key.value, key.scope) if key else None,
            place=shape["$position"].value.place,
            when=self.condition(shape.get("$when")),
        )

    def _first(self, shape: Shape, place: Place) -> Node:
        self._only(shape, "$first", ())
        member = shape["$first"]
        listed = member.value
        if not isinstance(listed, Sequence) or not listed.items:
            self.find("M113", member.key.place, "`$first` is a list of alternatives", "begin each with `- `")
            return Leaf(value=BROKEN, place=place)
        options = self._once(member, lambda: self._options(listed, member.scope))
        reason = self.word(shape.get("$absent"), "$absent: unknown")
        if reason is not None:
            options = (*options, Absent(reason=reason, place=shape["$absent"].key.place))
        return First(options=options, place=member.key.place, when=self.condition(shape.get("$when")))

    def _options(self, node: Sequence, scope: Scope) -> tuple[Node, ...]:
        options: list[Node] = []
        for option in node.items:
            if isinstance(option, Sequence):
                self.find("M132", option.place, "a list as an alternative", "choose inside of the list's item")
            else:
                options.append(self._option(option, scope))
        return tuple(options)

    def _option(self, node: Text | Mapping, scope: Scope) -> Node:
        """An alternative of `$first`. Its `$name` is there for overlays."""
        if isinstance(node, Text):
            return self.node(node, scope)
        shape = self.shape(node, scope)
        return self._made({name: member for name, member in shape.items() if name != "$name"}, node.place)

    def _object(self, shape: Shape, place: Place) -> Node:
        members, places = self.members(shape)
        when = self.condition(shape.get("$when"))
        reason = self.word(shape.get("$absent"), "$absent: unknown")
        resource = self.word(shape.get("$resource"), "$resource: Organization")
        if "$part" in shape:
            return Leaf(value=BROKEN, place=place)
        if not members and resource is None:
            if reason is not None:
                return Absent(reason=reason, place=place, when=when)
            if "$absent" not in shape:
                self.find("M113", place, "an object without members", "write its members, or `$value: …`")
            return Leaf(value=BROKEN, place=place)
        return Object(members=members, places=places, place=place, when=when, absent=reason, resource=resource)

    def _only(self, shape: Shape, kind: str, allowed: tuple[str, ...]) -> None:
        """Beside `kind` no other members than these."""
        for name, member in shape.items():
            if not name.startswith("$") and name not in allowed:
                beside = "only `extension` may stand there" if allowed else "no member may stand there"
                self.find("M113", member.key.place, f"`{name}` beside `{kind}`", beside)

    def find(self, code: str, place: Place, detail: str, fix: str = "") -> None:
        self.findings.append(Finding(code, rule=place, detail=detail, fix=fix))
