"""What a resource file becomes: nodes, parts expanded, what is never present pruned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from interop.spec.load import load_package
from interop.spec.substitution import FALSE, NULL, TRUE, Scope, substitute, substitute_condition
from interop.spec.yaml_scanner import Loader
from tests.spec.conftest import Write
from tests.spec.notation import show, show_condition, show_node
from tests.spec.test_findings import no_base
from tests.spec.test_grammar import parse_condition, parse_value, scalar

CASES = yaml.load((Path(__file__).parent / "cases/trees.yaml").read_text("utf-8"), Loader)
PARTS = {
    "parts/concept.yaml": """\
$parameters: [code, system]
coding: [{system: system, code: code | upper, display: "x:{code}"}]
text: system
""",
    "parts/language.yaml": """\
$parameters: [code]
coding: [{system: = urn:ietf:bcp:47, code: code}]
""",
    "parts/human.yaml": "$when: FAMILY exists\nuse: = usual\nfamily: FAMILY\ngiven: [GIVEN]\n",
    "parts/outer.yaml": "$part: human\n$from: OLD_\n",
    "parts/talk.yaml": "$parameters: [what]\nlanguage: {$part: deep, $with: {code: what, term: LANG}}\n",
    "parts/deep.yaml": "$parameters: [code, term]\ncoding: [{code: code, display: term}]\n",
    "parts/phone.yaml": """\
$parameters: [kind, number]
use: kind
value: number
rank: {$value: = 1, $when: "kind = 'work' or kind in ('office', 'desk')"}
""",
    "parts/sex.yaml": "$parameters: [value]\n$value: value | code sex\n$absent: unknown\n",
    "parts/person.yaml": "active: = false\ngender: SEX | code sex\n",
}


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case: dict[str, Any], write: Write) -> None:
    columns = "".join(f"{name},,,\n" for name in ["ID", "A", "B", "SEX", *case.get("columns", [])])
    files = {
        "Patient.yaml": "$resource: Patient\n$for: row\n$id: ID\n" + case["rule"],
        "source/row.csv": f"column,required,modifies,title\n{columns}",
        **PARTS,
    }
    body = load_package(write(files), no_base).rule("Patient").body
    assert show_node(body) == case["gives"]
    assert list(show_node(body)) == list(case["gives"])


def test_uses_of_a_part_that_are_alike_share_what_it_gives(write: Write) -> None:
    columns = "".join(f"{name},,,\n" for name in ("ID", "A", "B", "FAMILY", "GIVEN", "OLD_FAMILY", "OLD_GIVEN"))
    rule = (
        "$resource: Patient\n$for: row\n$id: ID\nname: [{$part: human}, {$part: human, $from: OLD_}, {$part: human}]\n"
    )
    files = {
        "Patient.yaml": rule,
        "source/row.csv": f"column,required,modifies,title\n{columns}",
        "parts/human.yaml": PARTS["parts/human.yaml"],
    }
    body: Any = load_package(write(files), no_base).rule("Patient").body
    one, old, other = (dict(item.node.members) for item in dict(body.members)["name"].items)
    assert one["family"] is other["family"]
    assert one["given"] is other["given"]
    assert str(old["family"].value) == "OLD_FAMILY"
    assert str(one["family"].value) == "FAMILY"


def test_every_place_is_kept(write: Write) -> None:
    folder = write(
        PARTS
        | {
            "Patient.yaml": "$resource: Patient\n$for: row\n$id: ID\nmaritalStatus:\n  $part: concept\n"
            "  $with: {code: A, system: B}\n"
        }
    )
    rule = load_package(folder, no_base).rule("Patient")
    assert rule.body.places["maritalStatus"].line == 4
    concept = dict(rule.body.members)["maritalStatus"]
    assert concept.place.file == (folder / "Patient.yaml").as_posix()
    assert [f"{place.file.rpartition('/')[2]}:{place.line}" for place in concept.places.values()] == [  # type: ignore[union-attr]
        "concept.yaml:2",
        "concept.yaml:3",
    ]


@pytest.mark.parametrize(
    ("leaf", "gives"),
    [
        ("none", "()"),
        ("none | upper", "()"),
        ("x{none}", "()"),
        ("none ?? A", "A"),
        ("A ?? none", "A"),
        ("none ?? = x", "'x'"),
        ("word ?? A", "'word'"),
        ("A ?? word ?? B", "(A ?? 'word')"),
        ("both ?? C", "(A ?? B ?? C)"),
        ("{word}-{word}", "'word-word'"),
        ("{word}-{A}", "{word-,A}"),
        ("steps | upper", "(A | trim[] | upper[])"),
        ("none | default x", "'x'"),
        ("row.none", "row.none"),
    ],
)
def test_substitution(leaf: str, gives: str) -> None:
    arguments = {
        "none": NULL,
        "word": parse_value(scalar("= word")),
        "both": parse_value(scalar("A ?? B")),
        "steps": parse_value(scalar("A | trim")),
    }
    assert show(substitute(parse_value(scalar(leaf)), Scope(arguments))) == gives


@pytest.mark.parametrize(
    ("when", "gives"),
    [
        ("none exists", FALSE),
        ("not none exists", TRUE),
        ("none = 'x'", FALSE),
        ("none != 'x'", TRUE),
        ("A = none", FALSE),
        ("none in ('x')", FALSE),
        ("none not in ('x')", TRUE),
        ("none matches '.*'", FALSE),
        ("word = 'word'", TRUE),
        ("word < 'wore'", TRUE),
        ("word > 1", FALSE),
        ("five <= 5", TRUE),
        ("five > 10", FALSE),
        ("five > '10'", TRUE),
        ("word in ('a', 'word')", TRUE),
        ("word exists", TRUE),
        ("none exists and A exists", FALSE),
        ("word exists and A exists", "A exists"),
        ("none exists or A exists", "A exists"),
        ("word exists or A exists", TRUE),
        ("not (none exists or A exists)", "not(A exists)"),
        ("A != word", "A != 'word'"),
    ],
)
def test_decided_conditions(when: str, gives: object) -> None:
    arguments = {"none": NULL, "word": parse_value(scalar("= word")), "five": parse_value(scalar("= 5"))}
    found = substitute_condition(parse_condition(scalar(when)), Scope(arguments))
    assert (show_condition(found) if isinstance(gives, str) else found) == gives
