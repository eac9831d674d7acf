"""The functions of steps and concept maps, each built once: equal steps of a plan have one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from interop.plan import model as plan
from interop.spec import tree
from interop.spec.concept_maps import ConceptMap
from interop.values.codes import Part, Translation, targets, translate
from interop.values.steps import STEPS, StepContext


class Functions:
    """Builds what steps call, for all rules of a package."""

    def __init__(self, maps: Mapping[str, ConceptMap], steps: StepContext) -> None:
        self._maps = maps
        self._steps = steps
        self._called: dict[int, tuple[tree.StepCall, plan.Apply]] = {}  # by the `id` of a step, which is kept alive
        self._built: dict[tuple[object, ...], plan.Apply] = {}
        self._translators: dict[tuple[str, tree.Miss], Callable[[str], Translation]] = {}

    def apply(self, call: tree.StepCall) -> plan.Apply:
        """The step's function; one for each distinct call, so that equal steps are equal in the plan."""
        found = self._called.get(id(call))
        if found is None:  # a step of a part is one object in all rules
            found = self._called[id(call)] = call, self._build(call)
        return found[1]

    def _build(self, call: tree.StepCall) -> plan.Apply:
        key = (call.name, call.args, call.miss)
        if key not in self._built:
            if call.name in ("code", "display", "system"):
                rows = self._maps[call.args[0]].rows
                self._built[key] = translate(rows, call.miss.policy, call.miss.other, cast(Part, call.name))
            else:
                build = STEPS[call.name].build
                assert build is not None
                self._built[key] = build(call.args, self._steps)
        return self._built[key]

    def translator(self, call: tree.StepCall) -> Callable[[str], Translation]:
        """The concept map of a `code`, `display` or `system` step, as a function of the source code."""
        key = (call.args[0], call.miss)
        if key not in self._translators:
            self._translators[key] = targets(self._maps[call.args[0]].rows, call.miss.policy, call.miss.other)
        return self._translators[key]
