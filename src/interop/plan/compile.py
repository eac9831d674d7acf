"""From a loaded package to a plan: each rule's tree with its names resolved and its elements typed.

The package has passed the lint, so nothing here reports: what can be wrong was said with its place.
"""

from __future__ import annotations

from collections.abc import Mapping

from interop.fhir.uris import oid_uri
from interop.plan import model as plan
from interop.plan.nodes import Nodes, Spot
from interop.plan.numbering import Numbering
from interop.plan.passes import PASSES
from interop.plan.scope import Scope, contexts_used
from interop.plan.values import Values
from interop.spec import tree
from interop.spec.collection import uncollected
from interop.spec.package import Package
from interop.values.ids import namespace
from interop.values.steps import StepContext
from interop.values.zones import find_zone


@uncollected()
def compile_plan(package: Package) -> plan.Plan:
    """The plan of a package, after all passes."""
    compiled = resolve(package)
    for step in PASSES:
        compiled = step(compiled)
    return compiled


def resolve(package: Package) -> plan.Plan:
    """The plan of a package before any pass."""
    layout = package.layout
    known = package.contexts
    contexts = contexts_used(known, package.rules)
    numbering = Numbering()
    zone = find_zone(layout.zone) if layout.zone else None
    rows = {name: found.rows for name, found in package.maps.items()}
    values = Values(package.maps, StepContext(zone=zone, oid_uri=oid_uri, maps=rows), numbering)
    trees = {rule.name: rule for rule in package.rules}
    rules = []
    for number, rule in enumerate(package.rules):
        context = contexts[rule.context]
        scope = Scope.of(known, rule.context)
        rules.append(_compile_rule(number, rule, context, scope, values=values, trees=trees, numbering=numbering))
    return plan.Plan(
        mapping=package.card.id,
        version=package.card.version,
        hash=package.hash,
        namespace=namespace(package.card.id),
        base=package.card.target.base,
        contexts=contexts,
        rules=tuple(rules),
        reads={},
        targets=tuple(numbering.targets),
        places=tuple(numbering.places),
    )


def _compile_rule(
    number: int,
    rule: tree.Rule,
    context: plan.Context,
    scope: Scope,
    *,
    values: Values,
    trees: Mapping[str, tree.Rule],
    numbering: Numbering,
) -> plan.Rule:
    order = numbering.add(f"{rule.resource}.id", rule.place)
    nodes = Nodes(values, trees, numbering, rule)
    body = nodes.resource(rule.body, Spot(rule.resource, rule.resource, scope))
    identity = nodes.identity(rule.id, scope) if rule.id else None
    when = values.condition(rule.when, scope, rule.resource, rule.place) if rule.when else None
    return plan.Rule(
        number=number,
        name=rule.name,
        resource=rule.resource,
        context=rule.context,
        root=context.root,
        when=when,
        key=tuple(values.value(part, scope, f"{rule.resource}.id") for part in rule.key),
        id=identity,
        id_check=nodes.id_check() if identity else None,
        body=body,
        unique=rule.unique,
        merge=rule.merge,
        order=order,
        place=rule.place,
        lists=nodes.lists_asked(),
    )
