"""`meta.source`: each resource names the file and the record that it was made of.

It is put into the finished text, after repeats of an id are settled: a run that does not ask for it pays nothing, and
what a mapping says in `meta` stays as it is. A source that a mapping gives itself is kept.
"""

from __future__ import annotations

from enum import Enum
from urllib.parse import quote

import polars as pl

from interop.engine.fragments import fragments
from interop.engine.settled import Rules
from interop.plan import model as plan
from interop.plan.walk import nodes
from interop.readers.protocol import Batch

META = ',"meta":{'


def file_uri(file: str) -> str:
    """A file of the input as a URI: its name without folders, percent-encoded.

    >>> file_uri("flu 1.csv")
    'urn:interop:file:flu%201.csv'
    """
    return "urn:interop:file:" + quote(file.encode("utf-8", "surrogateescape"), safe="")


class Form(Enum):
    """What a resource type's texts may hold already."""

    BARE = "no meta"
    META = "meta, of the resource itself alone, and without a source"
    OTHER = "a source, or the meta of a resource inside"


class Origins:
    """The resource types of a plan, by what their texts may hold.

    A rule whose body was not made yet has built nothing that a text could hold.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self._types = [rule.resource for rule in compiled.rules]
        self._rules: dict[str, list[plan.Rule]] = {}
        for rule in compiled.rules:
            self._rules.setdefault(rule.resource, []).append(rule)
        self._forms: dict[int, Form] = {}  # by the rule's number

    def named(self, rules: Rules, batch: Batch) -> Rules:
        """What rules built of a batch with `meta.source` in each resource: `urn:interop:file:NAME#RECORD`."""
        uri = file_uri(batch.file) + "#"
        numbers = pl.lit(batch.numbers.cast(pl.String))
        made: Rules = []
        for number, frame in rules:
            kind = self._types[number]
            source = pl.concat_str(pl.lit(f'"source":"{uri}'), numbers.gather("record"), pl.lit('"'))
            whole = frame.with_columns(source=source)
            made.append((number, frame.with_columns(text=_texts(whole, kind, self._form(kind)))))
        return made

    def _form(self, kind: str) -> Form:
        """What the texts of a type may hold: of one id, several rules may have built some."""
        found = Form.BARE
        for rule in self._rules[kind]:
            if rule.built.is_made:
                form = self._forms.get(rule.number) or self._forms.setdefault(rule.number, _form(rule))
                if form is Form.OTHER or found is Form.BARE:
                    found = form
        return found


def _texts(frame: pl.DataFrame, kind: str, form: Form) -> pl.Series:
    """The texts of a type with their sources. Columns of the frame: id, text, source."""
    if form is Form.OTHER:
        rows = frame.select("text", "source").iter_rows()
        return pl.Series([_with_source(text, source) for text, source in rows], dtype=pl.String)
    head = pl.concat_str(pl.lit(f'{{"resourceType":"{kind}","id":"'), "id", pl.lit('"'))
    bare = pl.concat_str(head, pl.lit(META), "source", pl.lit("}"), pl.col("text").str.strip_prefix(head))
    if form is Form.BARE:
        return frame.select(bare).to_series()
    cut = pl.col("text").str.splitn(META, 2)  # no string can hold it: a quote inside of one is escaped
    before, after = cut.struct.field("field_0"), cut.struct.field("field_1")
    beside = pl.concat_str(before, pl.lit(META), "source", pl.lit(","), after)
    return frame.select(pl.when(after.is_null()).then(bare).otherwise(beside)).to_series()


def _with_source(text: str, source: str) -> str:
    """The same for one text, whatever it holds."""
    members = fragments(text)
    for place, member in enumerate(members):
        if member.startswith(META[1:]):
            inside = member[len(META) - 1 :]
            if any(one.startswith('"source":') for one in fragments("{" + inside)):
                return text
            members[place] = f"{META[1:]}{source},{inside}"
            break
    else:
        members.insert(2, f"{META[1:]}{source}}}")  # after resourceType and id
    return "{" + ",".join(members) + "}"


def _form(rule: plan.Rule) -> Form:
    form = Form.BARE
    for member in rule.body.members:
        if member.name == "meta":
            form = Form.META
            if _holds(member.node, "source") or '"source":' in (member.absent or ""):
                return Form.OTHER
        if _holds(member.node, "meta"):
            return Form.OTHER
    return form


def _holds(node: plan.Node, name: str) -> bool:
    """Whether some object inside may have a member of the name."""
    for inner in nodes(node):
        if isinstance(inner, plan.Json) and f'"{name}":' in inner.text:
            return True
        if isinstance(inner, plan.Object) and any(member.name == name for member in inner.members):
            return True
    return False
