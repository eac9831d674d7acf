"""Parts: shapes that are used in several places, with parameters.

`flatten` gives the members of a mapping, those of its `$part` included, each with the scope that its names have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as TypeMapping
from dataclasses import dataclass, field
from typing import NamedTuple

from interop.errors import Finding, Place
from interop.immutable import immutable
from interop.limits import FIXED
from interop.spec.directives import USE, refuse_directive
from interop.spec.path_grammar import DELIMITED, PathGrammar
from interop.spec.substitution import NOWHERE, NULL, Scope, is_null, substitute
from interop.spec.suggestions import remedy
from interop.spec.tree import Path, Value
from interop.spec.yaml_text import Mapping, Node, Sequence, Text

_PREFIX = re.compile(r"(?:\w+\.)*\w*")
MAX_USES = FIXED.part_uses
"""Uses of parts in one package, after expansion: parts that use parts twice grow without bound."""


@immutable()
class Part:
    """A part file."""

    name: str
    root: Mapping
    parameters: tuple[str, ...]


class Member(NamedTuple):
    """A key, its value, and what the names in the value mean."""

    key: Text
    value: Node
    scope: Scope


@dataclass(slots=True)
class Parts:
    """The parts of a package; which of them were used; what was wrong with the uses."""

    parts: dict[str, Part]
    findings: list[Finding]
    broken: frozenset[str] = frozenset()  # parts that could not be read, and have their finding
    used: set[str] = field(default_factory=set)
    uses: int = 0
    paths: PathGrammar = DELIMITED
    scopes: dict[tuple[object, ...], Scope] = field(default_factory=dict)

    def flatten(self, mapping: Mapping, scope: Scope, read: Callable[[Node, Scope], Value | None]) -> dict[str, Member]:
        """The members of a mapping by key: the part's own in their order, those beside `$part` laid over them.

        Args:
            mapping: Any mapping of a rule or a part.
            scope: What its names mean.
            read: Reads an argument.

        Errors: M117 unknown part, M118 a part that uses itself, M119 unknown parameter, M113 wrong shape.
        """
        if "$each" in mapping.entries:
            scope = self._repetition(mapping, scope)
        own = {key: Member(entry.key, entry.value, scope) for key, entry in mapping.entries.items() if key not in USE}
        name = mapping.get("$part")
        if name is None:
            for key in ("$with", "$from"):
                if key in mapping.entries:
                    self.findings.append(refuse_directive(mapping.entries[key].key, "without `$part`"))
            return own
        part = self._part(name, scope)
        if part is None:  # has its finding; `$part` stays, so that what is missing now is not found too
            entry = mapping.entries["$part"]
            return {**own, "$part": Member(entry.key, entry.value, scope)}
        arguments = self._arguments(part, mapping, scope, read)
        prefix, base = scope.prefix, scope.base
        if self.paths.messages:
            base = self._base(mapping, scope)
        else:
            prefix = self._prefix(mapping, scope)
        inner = self._scope(arguments, prefix, base, (*scope.parts, part.name))
        shape = self.flatten(part.root, inner, read)
        shape.pop("$parameters", None)
        return {**shape, **own}

    def has_room(self, uses: int) -> bool:
        """Whether there may be so many uses more."""
        return self.uses + uses <= MAX_USES

    def _part(self, name: Node, scope: Scope) -> Part | None:
        if not isinstance(name, Text):
            self._find("M113", name.place, "`$part` is one name", "write `$part: name`")
            return None
        part = self.parts.get(name.value)
        if part is None:
            if name.value in self.broken:
                return None
            self._find("M117", name.place, f"`{name.value}`", remedy(name.value, self.parts, "parts"))
            return None
        self.used.add(part.name)
        self.uses += 1
        if part.name in scope.parts or self.uses > MAX_USES:
            way = " → ".join((*scope.parts[-3:], part.name))
            self._find("M118" if part.name in scope.parts else "Y104", name.place, f"`{way}`")
            return None
        return part

    def _arguments(
        self, part: Part, mapping: Mapping, scope: Scope, read: Callable[[Node, Scope], Value | None]
    ) -> dict[str, Value]:
        given = mapping.get("$with")
        arguments: dict[str, Value] = dict.fromkeys(part.parameters, NULL)
        if given is None:
            return arguments
        if not isinstance(given, Mapping):
            self._find("M113", given.place, "`$with` is not a mapping", "write `$with: {name: VALUE}`")
            return arguments
        for key, entry in given.entries.items():
            if key not in arguments:
                fix = remedy(key, part.parameters, "parameters")
                self._find("M119", entry.key.place, f"`{key}` of part `{part.name}`", fix)
                continue
            value = read(entry.value, scope)
            if value is not None:
                arguments[key] = value
        return arguments

    def _prefix(self, mapping: Mapping, scope: Scope) -> str:
        prefix = mapping.get("$from")
        if prefix is None:
            return scope.prefix
        if not isinstance(prefix, Text) or not _PREFIX.fullmatch(prefix.value):
            self._find("M113", prefix.place, "`$from` is not the beginning of a path", "write `$from: HOME_`")
            return scope.prefix
        return scope.prefix + prefix.value

    def _base(self, mapping: Mapping, scope: Scope) -> tuple[str, ...]:
        """What `$from` names, of a message: a field or a component."""
        start = mapping.get("$from")
        if start is None:
            return scope.base
        if not isinstance(start, Text) or not self.paths.path.fullmatch(start.value):
            self._find("M113", start.place, "`$from` is not a path", "write `$from: PID-3`, or `$from: CX.4` in a part")
            return scope.base
        parts = self.paths.split(start.value)
        found = substitute(Path(parts, start.place, relative=self.paths.is_relative(parts)), scope)
        if not isinstance(found, Path) and not is_null(found):
            self._find("M113", start.place, f"`{start.value}` is not a path here", "give the parameter a path")
        return found.parts if isinstance(found, Path) else NOWHERE

    def _repetition(self, mapping: Mapping, scope: Scope) -> Scope:
        """The scope in `$each` of a field: paths start from the repetition."""
        each = mapping.get("$each")
        field = self.paths.field(each.value) if isinstance(each, Text) else None
        return scope if field is None else self._scope(scope.arguments, scope.prefix, (field,), scope.parts)

    def _scope(
        self, arguments: TypeMapping[str, Value], prefix: str, base: tuple[str, ...], parts: tuple[str, ...]
    ) -> Scope:
        """The scope of a use: of uses that are alike the same one, so that what was made in it is known by it."""
        key = (prefix, base, parts, *map(id, arguments.values()))  # which are held by the scope
        scope = self.scopes.get(key)
        if scope is None:
            scope = self.scopes[key] = Scope(arguments, prefix, base, parts)
        return scope

    def _find(self, code: str, place: Place, detail: str, fix: str = "") -> None:
        self.findings.append(Finding(code, rule=place, detail=detail, fix=fix))


def read_part(name: str, root: Node) -> tuple[Part | None, tuple[Finding, ...]]:
    """Read a part file.

    Errors: M113 not a mapping, or `$parameters` that are no list of names.
    """
    if not isinstance(root, Mapping):
        detail = "a part is a mapping"
        return None, (
            Finding("M113", rule=root.place, detail=detail, fix="write its members; one leaf is `$value: …`"),
        )
    given = root.get("$parameters")
    if given is None:
        return Part(name, root, ()), ()
    names = given.items if isinstance(given, Sequence) else ()
    texts = tuple(item.value for item in names if isinstance(item, Text) and re.fullmatch(r"\w+", item.value))
    if not isinstance(given, Sequence) or len(texts) != len(names) or len(set(texts)) != len(texts):
        detail = "`$parameters` is not a list of names"
        return None, (Finding("M113", rule=given.place, detail=detail, fix="write `$parameters: [code, term]`"),)
    return Part(name, root, texts), ()
