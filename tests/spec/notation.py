"""A short notation of trees, for tests: values, conditions, nodes."""

from __future__ import annotations

from typing import Any

from interop.spec.tree import (
    Absent,
    And,
    Choice,
    Compare,
    Condition,
    Constant,
    Exists,
    First,
    In,
    Item,
    Leaf,
    ListNode,
    Matches,
    Node,
    Not,
    Object,
    Or,
    Path,
    Piped,
    Position,
    Ref,
    StepCall,
    Template,
    Value,
)


def show(value: Value | str) -> str:
    match value:
        case str():
            return value
        case Constant(text):
            return f"'{text}'"
        case Path(parts):
            plain = (part.replace("_", "").isalnum() or part == "#" for part in parts)
            return ".".join(part if ok else f"`{part}`" for part, ok in zip(parts, plain, strict=True))
        case Template(parts):
            return "{" + ",".join(show(part) for part in parts) + "}"
        case Piped(source, steps):
            return f"({' | '.join([show(source), *map(show_step, steps)])})"
        case Choice(options):
            return f"({' ?? '.join(show(option) for option in options)})"


def show_step(step: StepCall) -> str:
    arguments = "".join(f"[{argument}]" for argument in step.args) or "[]"
    miss = {"find": "", "other": f" else ={step.miss.other}"}.get(step.miss.policy, f" else {step.miss.policy}")
    return step.name + arguments + miss


def show_condition(condition: Condition) -> str:
    match condition:
        case Compare(left, op, right, numeric):
            return f"{show(left)} {op} " + (f"#{show(right)[1:-1]}" if numeric else show(right))
        case In(left, values):
            return f"{show(left)} in ({', '.join(values)})"
        case Exists(left):
            return f"{show(left)} exists"
        case Matches(left, pattern):
            return f"{show(left)} matches {pattern}"
        case Not(inner):
            return f"not({show_condition(inner)})"
        case And(inner):
            return f"and({', '.join(map(show_condition, inner))})"
        case Or(inner):
            return f"or({', '.join(map(show_condition, inner))})"


def show_node(node: Node) -> Any:
    """As nested text: `$` keys for what is not a member."""
    if isinstance(node, ListNode):
        return [show_item(item) for item in node.items]
    shown: dict[str, Any] = {} if node.when is None else {"$when": show_condition(node.when)}
    match node:
        case Leaf(value=value, absent=absent, extension=extension):
            shown["$value"] = show(value)
            shown |= {"$absent": absent} if absent else {}
            shown |= {"extension": show_node(extension)} if extension else {}
            return shown["$value"] if len(shown) == 1 else shown
        case Absent(reason=reason):
            return {**shown, "$absent": reason}
        case Object(members=members, absent=absent, resource=resource):
            shown |= {"$resource": resource} if resource else {}
            shown |= {"$absent": absent} if absent else {}
            return shown | {name: show_node(member) for name, member in members}
        case Ref(rule=rule, members=members):
            return {**shown, "$ref": rule} | {name: show_node(member) for name, member in members}
        case Position(list=name, key=key):
            return {**shown, "$position": name or "this"} | ({"$key": show(key)} if key else {})
        case First(options=options):
            return {**shown, "$first": [show_node(option) for option in options]}


def show_item(item: Item) -> Any:
    given = {"$each": item.each, "$distinct": show(item.distinct) if item.distinct else None, "$name": item.name}
    kept = {key: value for key, value in given.items() if value}
    inner = show_node(item.node)
    if not kept:
        return inner
    return kept | (inner if isinstance(inner, dict) else {"$value": inner})
