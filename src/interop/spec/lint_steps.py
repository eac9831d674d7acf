"""Lint of steps: their names, their arguments, and the concept maps that they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interop.errors import Finding
from interop.spec.concept_maps import ConceptMap
from interop.spec.suggestions import remedy
from interop.spec.tree import StepCall
from interop.values.steps import STEPS


def lint_step(call: StepCall, maps: Mapping[str, ConceptMap]) -> Iterator[Finding]:
    """Errors: M114 unknown step, M115 arguments, M116 unknown concept map, C106 and C107 miss policies."""
    spec = STEPS.get(call.name)
    if spec is None:
        yield Finding("M114", rule=call.place, detail=f"`{call.name}`", fix=remedy(call.name, STEPS, "steps"))
        return
    fault = spec.check(call.args)
    if fault:
        yield Finding("M115", rule=call.place, detail=f"`{call.name}`{_sentence(fault)}", fix=_usage(call.name))
        return
    name = map_name(call)
    if name is None:
        return
    concept_map = maps.get(name)
    if concept_map is None:
        yield Finding("M116", rule=call.place, detail=f"`{name}`", fix=remedy(name, maps, "concept maps"))
        return
    systems = concept_map.systems
    if call.miss.policy == "keep" and len(systems) != 1:
        yield Finding("C106", rule=call.place, detail=f"`{name}` has {len(systems)} target systems")
    if call.miss.policy == "other" and concept_map.target(call.miss.other) is None:
        fix = remedy(call.miss.other, sorted(concept_map.codes), f"target codes of `{name}`")
        yield Finding("C107", rule=call.place, detail=f"`{call.miss.other}` of `{name}`", fix=fix)


def map_name(call: StepCall) -> str | None:
    """The concept map that a step names, if it names one."""
    spec = STEPS.get(call.name)
    if spec is None or spec.map_argument is None or spec.map_argument >= len(call.args):
        return None
    return call.args[spec.map_argument]


def _sentence(fault: str) -> str:
    return f" {fault}" if fault.startswith("takes") else f": {fault}"


def _usage(name: str) -> str:
    spec = STEPS[name]
    return f"write `| {name}{' ' if spec.arguments else ''}{spec.arguments}`: {spec.summary}"
