"""What a plan does, for people: each target element with the source paths, the steps and the line that fill it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interop.errors import Place
from interop.plan import model as plan
from interop.spec.collection import lasting

QUOTE = '"'


@dataclass(frozen=True, slots=True)
class ExplainedElement:
    """One target element. `source` is a value as the mapping would write it; `when` the conditions it stands under."""

    rule: str
    target: str
    source: str
    when: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule: how many resources it builds from what, and its elements."""

    name: str
    resource: str
    context: str
    when: str
    key: tuple[str, ...]
    elements: tuple[ExplainedElement, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Explanation:
    """A whole plan."""

    mapping: str
    version: str
    reads: dict[str, tuple[str, ...]]
    rules: tuple[ExplainedRule, ...]


@lasting()
def explain(compiled: plan.Plan) -> Explanation:
    """The plan as rows. Constants are shown too: they are part of what comes out."""
    rules = []
    for rule in compiled.rules:
        elements = tuple(_elements(rule.name, rule.resource, rule.body, (), rule.place))
        rules.append(
            ExplainedRule(
                rule.name,
                rule.resource,
                rule.context,
                condition_text(rule.when) if rule.when is not None else "",
                tuple(value_text(part) for part in (rule.key or ((rule.id,) if rule.id is not None else ()))),
                elements,
                rule.place,
            )
        )
    return Explanation(compiled.mapping, compiled.version, compiled.reads, tuple(rules))


def _elements(
    rule: str, target: str, node: plan.Node, when: tuple[str, ...], place: Place
) -> Iterator[ExplainedElement]:
    match node:
        case plan.Json(text, own):
            yield ExplainedElement(rule, target, f"= {text}", when, own or place)
        case plan.Primitive(value=value):
            yield ExplainedElement(rule, target, value_text(value), when, node.place)
        case plan.Coded(value=value, map=name):
            yield ExplainedElement(rule, target, f"{value_text(value)} | code {name}", when, node.place)
        case plan.Guard(condition, inner):
            yield from _elements(rule, target, inner, (*when, condition_text(condition)), place)
        case plan.Fused(_, inner):
            yield from _elements(rule, target, inner, when, place)
        case plan.Object(members=members):
            for member in members:
                inside = when if member.when is None else (*when, condition_text(member.when))
                yield from _elements(rule, f"{target}.{member.name}", member.node, inside, node.place)
                if member.absent is not None:
                    name, text = member.absent.split(":", 1)
                    missing = f"{target}.{name.strip(QUOTE)}"
                    at = _place(member.node) or node.place
                    yield ExplainedElement(rule, missing, f"= {text}", (*inside, "no value"), at)
        case plan.Array(items=items):
            for item in items:
                inside = (*when, f"each {item.each.context}") if item.each is not None else when
                if item.distinct is not None:
                    inside = (*inside, f"distinct {value_text(item.distinct)}")
                yield from _elements(rule, target, item.node, inside, place)
        case plan.First(options):
            for option in options:
                yield from _elements(rule, target, option, (*when, "first that is present"), place)
        case plan.Reference(rule=name):
            yield ExplainedElement(rule, f"{target}.reference", f"$ref {name}", when, node.place)
            for member in node.members:
                yield from _elements(rule, f"{target}.{member.name}", member.node, when, node.place)
        case plan.Position(list=name, key=key):
            source = "$position this" if key is None else f"$position {name} of {value_text(key)}"
            yield ExplainedElement(rule, target, source, when, node.place)
        case plan.PeriodEnd(end=end):
            yield from _elements(rule, target, end, (*when, "not before start"), place)


def _place(node: plan.Node) -> Place | None:
    """Where the mapping has a node, if the node knows."""
    match node:
        case plan.Fused(_, inner) | plan.Guard(_, inner):
            return _place(inner)
        case plan.First(options):
            return _place(options[0]) if options else None
        case plan.Array(items=items):
            return _place(items[0].node) if items else None
    return node.place


def value_text(value: plan.Value) -> str:
    """A value in the language's own words."""
    match value:
        case plan.Constant(text):
            return f"= {text}"
        case plan.Column(context, name, _):
            return f"{context}.{name}"
        case plan.Named(text):
            return f"name ({text})"
        case plan.FileValue(name):
            return f"file.{name}"
        case plan.RecordNumber():
            return "record.number"
        case plan.Template(parts):
            return "".join(
                part.text if isinstance(part, plan.Constant) else "{" + value_text(part) + "}" for part in parts
            )
        case plan.Choice(options):
            return " ?? ".join(value_text(option) for option in options)
        case plan.Stepped(source, name, args):
            return " ".join(
                [value_text(source), "|", name, *(f"'{arg}'" if " " in arg or not arg else arg for arg in args)]
            )


def condition_text(condition: plan.Condition) -> str:
    """A condition in the language's own words."""
    match condition:
        case plan.Test(value, _, words):
            return f"{value_text(value)} {words}"
        case plan.Compare(left, right, _, words):
            return f"{value_text(left)} {words} {value_text(right)}"
        case plan.Not(inner):
            return f"not ({condition_text(inner)})"
        case plan.All(inner):
            return " and ".join(_grouped(part) for part in inner)
        case plan.Some(inner):
            return " or ".join(_grouped(part) for part in inner)


def _grouped(condition: plan.Condition) -> str:
    text = condition_text(condition)
    return f"({text})" if isinstance(condition, plan.All | plan.Some) else text
