"""From a loaded package to a plan: each rule's tree with its names resolved and its elements typed.

The package has passed the lint, so nothing here reports: what can be wrong was said with its place. Nor is anything
compiled that nobody asks for: of a rule at once what it is made for, its head; its body when a first row has it built.
"""

from __future__ import annotations

from dataclasses import replace
from threading import RLock

from interop.fhir.primitives import checker
from interop.fhir.uris import oid_uri
from interop.plan import model as plan
from interop.plan.functions import Functions
from interop.plan.later import Later
from interop.plan.nodes import Nodes, Spot
from interop.plan.numbering import BODY, HEAD, OWN, Numbering
from interop.plan.passes import PASSES, has_names, project_columns
from interop.plan.reads import reads_of
from interop.plan.scope import Scopes, contexts_used
from interop.plan.values import Values
from interop.spec import tree
from interop.spec.collection import lasting
from interop.spec.package import Package
from interop.values.ids import namespace
from interop.values.steps import StepContext
from interop.values.zones import find_zone


@lasting()
def compile_plan(package: Package) -> plan.Plan:
    """The plan of a package, after all passes."""
    compiled = resolve(package)
    for step in PASSES:
        compiled = step(compiled)
    if has_names(compiled):  # what its lists read is known when they are widened
        return project_columns(compiled)
    return replace(compiled, reads=reads_of(compiled, package.uses))


def resolve(package: Package) -> plan.Plan:
    """The plan of a package before any pass."""
    layout = package.layout
    zone = find_zone(layout.zone) if layout.zone else None
    rows = {name: found.rows for name, found in package.maps.items()}
    rules = _Rules(package, Functions(package.maps, StepContext(zone=zone, oid_uri=oid_uri, maps=rows)))
    return plan.Plan(
        mapping=package.card.id,
        version=package.card.version,
        hash=package.hash,
        namespace=namespace(package.card.id),
        base=package.card.target.base,
        contexts=rules.contexts,
        rules=tuple([rules.rule(number, rule) for number, rule in enumerate(package.rules)]),
        reads={},
    )


class _Rules:
    """Makes the plan's rules of a package's: heads, and what makes their bodies."""

    def __init__(self, package: Package, functions: Functions) -> None:
        self.contexts = contexts_used(package.contexts, package.uses.named)
        self._functions = functions
        self._scopes = Scopes(package.contexts)
        self._trees = {rule.name: rule for rule in package.rules}
        self._lock = RLock()  # one: what is made of two bodies at once would be made twice

    def rule(self, number: int, rule: tree.Rule) -> plan.Rule:
        """A rule, its body still to be made."""
        context = self.contexts[rule.context]
        scope = self._scopes.of(rule.context)
        numbering = Numbering(HEAD, {OWN: (f"{rule.resource}.id", rule.place)})
        values = Values(self._functions, numbering)
        identity = values.value(rule.id.value, scope, "id") if rule.id else None
        when = values.condition(rule.when, scope, rule.resource) if rule.when else None
        return plan.Rule(
            number=number,
            name=rule.name,
            resource=rule.resource,
            context=rule.context,
            root=context.root,
            when=when,
            key=tuple([values.value(part, scope, f"{rule.resource}.id") for part in rule.key]),
            id=identity,
            id_check=checker("id", None) if identity else None,
            unique=rule.unique,
            merge=rule.merge,
            order=OWN,
            place=rule.place,
            located=numbering.located,
            built=Later(lambda: self._body(rule), self._lock),
        )

    def _body(self, rule: tree.Rule) -> plan.Body:
        numbering = Numbering(BODY)
        nodes = Nodes(self._functions, self._trees, numbering)
        node = nodes.resource(rule.body, Spot(rule.resource, rule.resource, self._scopes.of(rule.context)))
        return plan.Body(node=node, lists=nodes.lists_asked(), located=numbering.located)
