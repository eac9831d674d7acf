"""Law of acceptance: what a mapping gives that the lint lets pass is FHIR R4, whatever the data."""

from __future__ import annotations

from hypothesis import event, given

from interop.engine.by_rows import convert_rows
from interop.engine.record import RowExecutor
from interop.fhir.check import check_json
from interop.spec.lint_elements import ElementLint

from .batches import records
from .grounds import LAYOUT
from .mappings import MAP
from .profile import law
from .rules import Case, cases

BY_DATA = "qty-3"  # a unit's code, and no system in this record: it hangs on values which of them is there


def is_accepted(case: Case) -> bool:
    trees = case.made.trees
    by_name = {rule.name: rule for rule in trees}
    return not any(finding for rule in trees for finding in ElementLint(rule, by_name, {MAP.name: MAP}).run())


@given(cases())
@law(200)
def test_what_is_accepted_gives_r4(case: Case) -> None:
    if not is_accepted(case):
        event("refused")
        return
    built = convert_rows(RowExecutor(case.plan), list(records(LAYOUT, case.rows)))
    lines = [text.encode() for _, frame in built.rules() for text in frame.get_column("text")]
    event(f"accepted, {'some' if lines else 'no'} resources")
    assert [problem for line in lines for problem in check_json(line) if BY_DATA not in problem.message] == []
