"""One run finds all mistakes of a package, each at its line, each with a remedy, and nothing besides."""

from __future__ import annotations

import re
from pathlib import Path

from interop.errors import CODES
from tests.spec.test_findings import findings_of

FOLDER = Path(__file__).parent / "twenty-mistakes"
IN_TABLES = [("ignored.csv", 2, "M147")]
MARKER = re.compile(r"#((?: M\d{3})+)$")


def marked() -> list[tuple[str, int, str]]:
    found = list(IN_TABLES)
    for file in FOLDER.rglob("*.yaml"):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if marker := MARKER.search(line):
                found += [(file.relative_to(FOLDER).as_posix(), number, code) for code in marker[1].split()]
    return sorted(found)


def test_twenty_mistakes_are_twenty_findings() -> None:
    findings = findings_of(FOLDER)
    places = [(finding.rule, finding.code) for finding in findings if finding.rule]
    found = [(Path(rule.file).relative_to(FOLDER).as_posix(), rule.line, code) for rule, code in places]
    assert sorted(found) == marked()
    assert len(findings) == 20


def test_each_says_what_to_write() -> None:
    fixes = {finding.code: finding.fix or CODES[finding.code].fix for finding in findings_of(FOLDER)}
    assert {
        "M106": "did you mean `Europe/London`?",
        "M111": "write `=`",
        "M114": "did you mean `dateTime`?",
        "M116": "did you mean `sex`?",
        "M119": "did you mean `code`?",
        "M121": "did you mean `START`?",
        "M122": "did you mean `Patient`?",
        "M131": "did you mean `birthDate`?",
        "M147": "did you mean `visit.LOCAL`?",
    }.items() <= fixes.items()


def test_they_come_in_order_and_are_the_same_each_time() -> None:
    first, second = findings_of(FOLDER), findings_of(FOLDER)
    assert first == second
    assert list(first) == sorted(first, key=lambda finding: (finding.rule, finding.code))
