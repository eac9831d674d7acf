"""What is compiled, and what is made of it: of rules that are alike, the first is compiled for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interop.errors import Place
from interop.plan import model as plan
from interop.plan.alike import Likeness, likeness, moved
from interop.plan.scope import Scope
from interop.spec import tree
from interop.spec.contexts import Contexts


def likenesses(rules: Sequence[tree.Rule], contexts: Contexts) -> dict[str, Likeness]:
    """The rules that are like one before them, by name. Only rules of one file can be."""
    by_name = {rule.name: rule for rule in rules}
    firsts: dict[Place, list[tree.Rule]] = {}
    scopes = {name: Scope.of(contexts, name) for name in dict.fromkeys(rule.context for rule in rules)}
    found: dict[str, Likeness] = {}
    for rule in rules:
        before = firsts.setdefault(rule.place, [])
        for first in before:
            like = likeness(first, rule, (scopes[first.context], scopes[rule.context]), by_name)
            if like is not None:
                found[rule.name] = like
                break
        else:
            before.append(rule)
    return found


def spread(compiled: plan.Plan, rules: Sequence[tree.Rule], likes: dict[str, Likeness]) -> plan.Plan:
    """The plan of all rules, in their order, from that of those that are like none before."""
    firsts = {rule.name: rule for rule in compiled.rules}
    starts = [rule.order for rule in compiled.rules] + [len(compiled.targets)]
    ends = {rule.name: end for rule, end in zip(compiled.rules, starts[1:], strict=True)}
    targets, places = list(compiled.targets), list(compiled.places)
    made = []
    for number, rule in enumerate(rules):
        like = likes.get(rule.name)
        if like is None:
            made.append(replace(firsts[rule.name], number=number))
            continue
        first = firsts[like.first]
        span = slice(first.order, ends[first.name])
        context = compiled.contexts[rule.context]
        made.append(moved(first, like, len(targets) - first.order, number, rule.name, context))
        targets += compiled.targets[span]
        places += compiled.places[span]
    return replace(compiled, rules=tuple(made), targets=tuple(targets), places=tuple(places))
