"""Packages of HL7 v2 messages: the layout, the contexts, the paths, the rules that come of them."""

from __future__ import annotations

from pathlib import Path as File
from typing import Any

import pytest

from interop.errors import Place
from interop.plan.compile import compile_plan
from interop.spec.contexts import ColumnRead, Contexts, FileRead, RecordNumberRead, chain_of, contexts_of
from interop.spec.hl7v2_layout import FieldLayout, GroupSlot, Hl7v2Layout, MessageContext, SegmentSlot
from interop.spec.load import load_package
from interop.spec.package import Package
from interop.spec.path_grammar import message_paths
from interop.spec.structures import read_structures
from interop.spec.tree import Exists, ListNode, Object, Path, Ref
from interop.spec.uses import uses_of
from interop.spec.yaml_text import parse_yaml
from tests.spec.conftest import Write
from tests.spec.messages import MESSAGES
from tests.spec.notation import show_condition, show_node
from tests.spec.test_findings import no_base

NOWHERE = Place("f", 1, 1)
GRAMMAR = message_paths(frozenset(("CX", "XPN", "HD")))


def load(write: Write, files: dict[str, str | None] | None = None) -> Package:
    return load_package(write({**MESSAGES, **(files or {})}, bare=True), no_base)


@pytest.fixture
def layout(write: Write) -> Hl7v2Layout:
    found = load(write).layout
    assert isinstance(found, Hl7v2Layout)
    return found


@pytest.fixture
def contexts(layout: Hl7v2Layout) -> Contexts:
    return contexts_of(layout)


def test_layout(layout: Hl7v2Layout) -> None:
    assert (layout.format, layout.charset, layout.root) == ("hl7v2", "utf-8", "message")
    assert layout.contexts[1] == MessageContext("patient", "message", ("PATIENT_RESULT",), ("PID",), ("PV1",))
    assert layout.events == {("ADT", "A01"): "ADT_A01", ("ORU", "R01"): "ORU_R01"}
    assert layout.fields["PID-30"] == FieldLayout("PID", 30, "ID", False, ("Patient",), "Death")
    assert layout.datatypes["CX"] == ("ST", "ST", "ID", "HD")


def test_structure_of_nested_groups(layout: Hl7v2Layout) -> None:
    observation = GroupSlot("OBSERVATION", (SegmentSlot("OBX"), SegmentSlot("NTE", True, True)), True, True)
    specimen = GroupSlot("SPECIMEN", (SegmentSlot("SPM"), SegmentSlot("OBX", True, True)), True, True)
    patient = GroupSlot("PATIENT", (SegmentSlot("PID"), SegmentSlot("PV1", True)), True)
    order = GroupSlot("ORDER_OBSERVATION", (SegmentSlot("OBR"), observation, specimen), False, True)
    result = GroupSlot("PATIENT_RESULT", (patient, order), False, True)
    assert layout.structures["ORU_R01"].slots == (SegmentSlot("MSH"), result)


@pytest.mark.parametrize("text", ["[{OBX}]", "{[OBX]}", "{ [ OBX ] }", "[{[OBX]}]"])
def test_optional_and_repeating_in_any_order(text: str) -> None:
    found, findings = read_structures(parse_yaml(f'A: "{text}"'.encode(), "f.yaml").root)
    assert (found["A"].slots, findings) == ((SegmentSlot("OBX", True, True),), ())


def test_one_of_several_may_each_be_missing() -> None:
    found, findings = read_structures(parse_yaml(b"A: MSH <OBR|{RQD}|G(RXO)>", "f.yaml").root)
    either = SegmentSlot("OBR", True), SegmentSlot("RQD", True, True), GroupSlot("G", (SegmentSlot("RXO"),), True)
    assert (found["A"].slots, findings) == ((SegmentSlot("MSH"), *either), ())


@pytest.mark.parametrize("charset", ["iso2022_jp", "ISO-2022-JP", "gb18030", "windows-1252", "utf-16"])
def test_any_charset_of_text(charset: str, write: Write) -> None:
    card = MESSAGES["mapping.yaml"].replace("format: hl7v2", f"format: hl7v2\n  charset: {charset}")
    load(write, {"mapping.yaml": card})


@pytest.mark.parametrize(
    ("path", "context", "reads"),
    [
        ("PID-3", "patient", ("patient", "PID-3", 0)),
        ("PID-3.1.1", "observation", ("patient", "PID-3", 2)),
        ("PID-3.4.1", "patient", ("patient", "PID-3.4", 0)),
        ("PID-3.1.2", "patient", ("patient", "PID-3.1.2", 0)),
        ("PID-3[2].4.2", "patient", ("patient", "PID-3[2].4.2", 0)),
        ("PID-3[1].4", "patient", ("patient", "PID-3.4", 0)),
        ("PID-03", "patient", ("patient", "PID-3", 0)),
        ("PID-3.4", "patient/PID-3", ("patient/PID-3", "PID-3.4", 0)),
        ("PID-3[1].4", "patient/PID-3", ("patient", "PID-3.4", 1)),
        ("PID-5.1", "patient/PID-3", ("patient", "PID-5", 1)),
        ("patient.PID-3.4", "patient/PID-3", ("patient", "PID-3.4", 1)),
        ("OBX-5.*", "observation-note", ("observation", "OBX-5.*", 1)),
        ("OBX-3", "specimen-observation", ("specimen-observation", "OBX-3", 0)),
        ("OBR", "observation", ("order", "OBR", 1)),
        ("PID-30 deleted", "order", ("patient", "PID-30 deleted", 1)),
        ("record.structure", "order", ("message", "record.structure", 2)),
        ("#", "observation", ("observation", "#", 0)),
        ("order.#", "observation", ("order", "#", 1)),
    ],
)
def test_path_reads(path: str, context: str, reads: tuple[str, str, int], contexts: Contexts) -> None:
    found = contexts.resolve(
        Path(GRAMMAR.split(path) if " " not in path else (path,), NOWHERE), chain_of(contexts, context)
    )
    assert isinstance(found, ColumnRead)
    assert (found.context, found.name, found.up) == reads


def test_file_and_record_paths(contexts: Contexts) -> None:
    chain = chain_of(contexts, "order")
    assert contexts.resolve(Path(("file", "name"), NOWHERE), chain) == FileRead("name")
    assert contexts.resolve(Path(("record", "number"), NOWHERE), chain) == RecordNumberRead()


@pytest.mark.parametrize(
    "path",
    ["PID-4", "PID-3.x", "PID-3.0", "PID-3[0]", "PID-3.1.*", "PID.3", "OBX-5", "NK1", "pid-3", "file.pid", "CX.1"],
)
def test_path_reads_nothing(path: str, contexts: Contexts) -> None:
    assert contexts.resolve(Path(GRAMMAR.split(path), NOWHERE), chain_of(contexts, "patient")) is None


def test_columns_behind_a_path_are_fields(contexts: Contexts) -> None:
    for path, behind in ((("PID-3[2]", "4"), ("PID", "PID-3")), (("PID",), ("PID", "")), (("#",), None)):
        found = contexts.resolve(Path(path, NOWHERE), ("patient", "message"))
        assert isinstance(found, ColumnRead)
        assert found.columns == ((behind,) if behind else ())


def test_contexts_of_repetitions(contexts: Contexts) -> None:
    assert chain_of(contexts, "patient/PID-3") == ("patient/PID-3", "patient", "message")
    assert contexts.built_for("OBX-16") == ("observation/OBX-16", "specimen-observation/OBX-16")
    assert contexts.built_for("observation/OBX-16") == ("observation/OBX-16",)
    assert contexts.built_for("order") == ("order",)
    assert contexts.built_for("PID-77") == contexts.built_for("order/PID-3") == ()
    order = chain_of(contexts, "order")
    assert contexts.opened("PID-3", order) == "patient/PID-3"
    assert contexts.opened("next-of-kin", order) == "next-of-kin"
    assert contexts.opened("observation", order) == "observation"
    assert contexts.opened("observation-note", order) is None
    assert contexts.opened("OBX-16", order) is None
    assert "/" not in "".join(context.name for context in contexts.declared())


def body(package: Package, rule: str, member: str) -> Any:
    return show_node(dict(package.rule(rule).body.members)[member])


def test_paths_from_each_and_from(write: Write) -> None:
    package = load(
        write,
        {
            "Patient.yaml": """\
$resource: Patient
$for: patient
$id: PID-3
$when: PID exists and not PID-30 deleted
identifier:
  - {$each: PID-3, $part: identifier, $when: CX.1 exists}
  - {$part: identifier, $from: "PID-3[2]"}
contact:
  - {name: {$part: name, $with: {start: PID-5}}}
  - {name: {$part: name}}
""",
            "parts/identifier.yaml": """\
value: CX
system: {$part: system, $from: CX.4}
assigner: {display: "{CX.4} of {PID-8}"}
type: {text: {$first: [{$when: CX.3 deleted, $value: CX.3}, CX.1.1]}}
""",
            "parts/system.yaml": "$value: HD.2 ?? HD.1 ?? HD.2.1\n",
            "parts/name.yaml": "$parameters: [start]\nfamily: {$part: family, $from: start}\n",
            "parts/family.yaml": "$value: FN.1.1\n",
        },
    )
    rule = package.rule("Patient")
    assert rule.when is not None
    assert show_condition(rule.when) == "and(PID exists, not(`PID-30 deleted` exists))"
    each, second = body(package, "Patient", "identifier")
    assert each == {
        "$each": "patient/PID-3",
        "$when": "`PID-3`.1 exists",
        "value": "`PID-3`",
        "system": "(`PID-3`.4.2 ?? `PID-3`.4.1 ?? `PID-3`.4.2)",
        "assigner": {"display": "{`PID-3`.4, of ,`PID-8`}"},
        "type": {"text": {"$first": [{"$when": "`PID-3`.`3 deleted` exists", "$value": "`PID-3`.3"}, "`PID-3`.1.1"]}},
    }
    assert second["system"] == "(`PID-3[2]`.4.2 ?? `PID-3[2]`.4.1 ?? `PID-3[2]`.4.2)"
    assert body(package, "Patient", "contact") == [{"name": {"family": "`PID-5`.1.1"}}]


def test_a_part_from_a_first_component_reads_its_subcomponents(write: Write) -> None:
    package = load(
        write,
        {
            "ignored.csv": MESSAGES["ignored.csv"].replace("SPM-*,not for this test\n", ""),
            "Specimen.yaml": """\
$resource: Specimen
$for: specimen
$id: SPM-2
identifier:
  - {$part: placer, $from: SPM-2.1}
  - {$part: pair, $from: SPM-2}
""",
            "parts/pair.yaml": "$part: named\n$with: {start: EIP.1}\n",
            "parts/named.yaml": "$parameters: [start]\n$part: placer\n$from: start\n",
            "parts/placer.yaml": "system: EI.2\nvalue: EI\n",
        },
    )
    assert body(package, "Specimen", "identifier") == [{"system": "`SPM-2`.1.2", "value": "`SPM-2`.1"}] * 2


def test_below_a_subcomponent_there_is_nothing(write: Write) -> None:
    package = load(
        write,
        {
            "Patient.yaml": "$resource: Patient\n$for: patient\n$id: PID-3\nname: [{$part: deep, $from: PID-3.4.2}]\n",
            "parts/deep.yaml": "family: HD.1\ngiven: [HD.2]\n",
        },
    )
    assert body(package, "Patient", "name") == [{"family": "`PID-3`.4.2"}]


def test_a_single_reference_opens_its_context(write: Write) -> None:
    files = {
        "ignored.csv": None,
        "Patient.yaml": """\
$resource: Patient
$for: patient
$id: PID-3
deceasedBoolean: PID-30 | boolean
managingOrganization: {$ref: Organization, $each: next-of-kin, $when: NK1-2 exists, display: NK1-2.2}
""",
        "Organization.yaml": "$resource: Organization\n$for: next-of-kin\n$id: MSH-10\nactive: = true\n",
    }
    package = load(write, files)
    uses = uses_of([package.rule("Patient")], contexts_of(package.layout))
    assert uses.opened == {"patient", "next-of-kin"}
    assert {(context, name) for context, name in uses.columns if "NK1" in name} == {
        ("next-of-kin", "NK1-2"),
        ("next-of-kin", "NK1-2.2"),
    }
    reads = compile_plan(package).reads
    assert reads["next-of-kin"] == ("NK1-2", "NK1-2.2")


PRACTITIONER = "$resource: Practitioner\n$for: [PV1-7, PV1-8, OBX-16]\n$id: XCN\nname: [{family: XCN.2}]\n"
OBSERVATION = """\
$resource: Observation
$for: [observation, specimen-observation]
$id: [MSH-10, OBX-3]
status: {$first: [{$when: OBX-11 = 'F', $value: = final}, = unknown]}
code: {text: OBX-3}
subject: {$ref: Patient}
specimen: {$ref: Specimen, $each: specimen}
performer:
  - {$ref: Practitioner, $each: OBX-16}
  - {$ref: Practitioner, $each: PV1-7, $when: XCN.1 exists}
  - {$ref: Practitioner@PV1-8, $each: PV1-8}
derivedFrom:
  - {$ref: Observation, $each: specimen-observation}
"""
SPECIMEN = "$resource: Specimen\n$for: specimen\n$id: SPM-2\n"


def test_one_rule_for_each_context(write: Write) -> None:
    package = load(write, {"Practitioner.yaml": PRACTITIONER, "ignored.csv": "source_path,reason\nPID-30,x\n"})
    rules = [rule for rule in package.rules if rule.resource == "Practitioner"]
    assert [(rule.name, rule.context) for rule in rules] == [
        ("Practitioner@PV1-7", "patient/PV1-7"),
        ("Practitioner@PV1-8", "patient/PV1-8"),
        ("Practitioner@observation/OBX-16", "observation/OBX-16"),
        ("Practitioner@specimen-observation/OBX-16", "specimen-observation/OBX-16"),
    ]
    assert [show_node(rule.body) for rule in rules] == [
        {"name": [{"family": f"`{field}`.2"}]} for field in ("PV1-7", "PV1-8", "OBX-16", "OBX-16")
    ]


def test_references_across_the_tree(write: Write) -> None:
    files: dict[str, str | None] = {
        "Practitioner.yaml": PRACTITIONER,
        "Specimen.yaml": SPECIMEN,
        "ignored.csv": None,
        "Patient.yaml": MESSAGES["Patient.yaml"] + "deceasedBoolean: PID-30 | boolean\n",
    }
    observation = OBSERVATION.replace("  - {$ref: Observation, $each: specimen-observation}\n", "").replace(
        "derivedFrom:\n", ""
    )
    package = load(write, {**files, "Observation.yaml": observation})
    members = dict(package.rule("Observation@observation").body.members)
    specimen = members["specimen"]
    assert isinstance(specimen, Ref)
    assert (specimen.rule, specimen.each) == ("Specimen", "specimen")
    performers = members["performer"]
    assert isinstance(performers, ListNode)
    assert [(item.each, item.node.rule) for item in performers.items if isinstance(item.node, Ref)] == [
        ("observation/OBX-16", "Practitioner@observation/OBX-16"),
        ("patient/PV1-7", "Practitioner@PV1-7"),
        ("patient/PV1-8", "Practitioner@PV1-8"),
    ]
    assert show_condition(performers.items[1].node.when) == "`PV1-7`.1 exists"  # type: ignore[union-attr, arg-type]
    inner = dict(package.rule("Observation@specimen-observation").body.members)["performer"]
    assert isinstance(inner, ListNode)
    assert inner.items[0].each == "specimen-observation/OBX-16"


def test_a_list_of_contexts_of_tables(write: Write) -> None:
    card = "row: {record: ID, rows: line, groups: {g: {columns: {c: 'A'}, numbers: 1..1}}}".replace("'A'", "'A#'")
    folder = write(
        {
            "source/row.csv": "column,required,modifies,title\nID,yes,,\nA1,,,\nB,,,\nSEX,,,\n",
            "Patient.yaml": "$resource: Patient\n$for: [row, line]\n$id: ID\ngender: SEX | code sex\n"
            "name: [{$each: g, family: c}, {family: B}]\nlink: [{other: {$ref: Patient}, type: = seealso}]\n",
        }
    )
    text = (folder / "mapping.yaml").read_text("utf-8").replace("row: {}", card)
    (folder / "mapping.yaml").write_text(text, "utf-8")
    package = load_package(folder, no_base)
    assert [(rule.name, rule.context) for rule in package.rules] == [("Patient@row", "row"), ("Patient@line", "line")]
    link = dict(package.rule("Patient@line").body.members)["link"]
    assert isinstance(link, ListNode)
    assert isinstance(link.items[0].node, Object)
    assert show_node(link.items[0].node)["other"] == {"$ref": "Patient@line"}


def test_overlay_adds_to_every_table(write: Write) -> None:
    base = write(MESSAGES, name="base", bare=True)
    over = write(
        {
            "mapping.yaml": "interop: 1\nid: yy/over\ntitle: Over\nversion: 0.1.0\nstatus: draft\nlicence: CC0-1.0\n"
            "extends: xx/messages\nsource:\n  charset: iso2022_jp\n  contexts:\n    order: {holds: [OBR, ZOR]}\n",
            "source/structures.yaml": "ORM_O01: MSH {ORDER_OBSERVATION( OBR [ZOR] )}\n",
            "source/events.csv": "code,trigger,structure\nORM,O01,ORM_O01\nADT,A01,ORU_R01\n",
            "source/fields.csv": "segment,field,datatype,repeats,modifies,title\nZOR,1,ZD,yes,,Z\nPID,8,CE,no,,Sex\n",
            "source/datatypes.csv": "datatype,component,component_datatype,title\nZD,1,ST,Z\nXPN,3,ST,More\n",
            "Patient.yaml": "active: = true\n",
            "Basic.yaml": "$resource: Basic\n$for: ZOR-1\n$id: [MSH-10, '#']\ncode: {text: ZD.1}\n",
        },
        name="over",
        bare=True,
    )
    package = load_package(over, lambda name: {"xx/messages": base}[name])
    layout = package.layout
    assert isinstance(layout, Hl7v2Layout)
    assert layout.charset == "iso2022_jp"
    assert layout.context("order") == MessageContext("order", "patient", ("ORDER_OBSERVATION",), (), ("OBR", "ZOR"))
    assert list(layout.structures) == ["ADT_A01", "ORU_R01", "ORM_O01"]
    assert (layout.events["ADT", "A01"], layout.events["ORM", "O01"]) == ("ORU_R01", "ORM_O01")
    assert (layout.fields["PID-8"].datatype, layout.fields["ZOR-1"].repeats) == ("CE", True)
    assert layout.datatypes["XPN"] == ("FN", "ST", "ST")
    assert package.rule("Basic").context == "order/ZOR-1"


def test_paths_keep_their_places(write: Write) -> None:
    folder: File = write(MESSAGES, bare=True)
    package = load_package(folder, no_base)
    key = package.rule("Patient").key[0]
    assert isinstance(key, Path)
    assert str(key.place).endswith("Patient.yaml:3:6")


def test_deleted_is_a_word_of_messages_alone(write: Write) -> None:
    package = load(write, {"Patient.yaml": "$resource: Patient\n$for: patient\n$id: PID-3\n$when: PID-8 deleted\n"})
    when = package.rule("Patient").when
    assert isinstance(when, Exists)
    assert isinstance(when.left, Path)
    assert when.left.parts == ("PID-8 deleted",)
