"""A small package of HL7 v2 messages, for tests."""

from __future__ import annotations

from collections.abc import Iterator

from tests.plans.snippets import CARD

FIELDS = {  # number, datatype (+: it repeats; what it modifies), title
    "MSH": "7 TS Time, 10 ST Control ID",
    "PID": "3 CX+ Identifiers, 5 XPN+ Name, 8 IS Sex, 30 ID:Patient Death",
    "PV1": "7 XCN+ Attending, 8 XCN+ Referring",
    "NK1": "2 XPN+ Name",
    "OBR": "4 CE Service, 16 XCN+ Ordering",
    "OBX": "3 CE Code, 5 varies+ Value, 11 ID:Observation Status, 16 XCN+ Observer",
    "NTE": "3 FT+ Comment",
    "SPM": "2 EIP Number",
}


def fields_rows() -> Iterator[str]:
    """The rows of source/fields.csv."""
    for segment, fields in FIELDS.items():
        for number, kind, title in (field.split(" ", 2) for field in fields.split(", ")):
            datatype, _, modifies = kind.partition(":")
            repeats = "yes" if datatype.endswith("+") else "no"
            yield f"{segment},{number},{datatype.removesuffix('+')},{repeats},{modifies},{title}\n"


MESSAGES = {
    "mapping.yaml": CARD.replace("zz/snippet", "xx/messages")
    + """\
source:
  format: hl7v2
  contexts:
    message: {holds: [MSH]}
    patient: {in: message, groups: [PATIENT_RESULT], opens: [PID], holds: [PV1]}
    next-of-kin: {in: patient, opens: [NK1]}
    order: {in: patient, groups: [ORDER_OBSERVATION], holds: [OBR]}
    observation: {in: order, groups: [OBSERVATION], opens: [OBX]}
    observation-note: {in: observation, opens: [NTE]}
    specimen: {in: order, groups: [SPECIMEN], opens: [SPM]}
    specimen-observation: {in: specimen, opens: [OBX]}
""",
    "source/structures.yaml": """\
ADT_A01: MSH PID [{NK1}] PV1 [{OBX}]
ORU_R01: >-
  MSH
  {PATIENT_RESULT( [PATIENT( PID [PV1] )]
    {ORDER_OBSERVATION( OBR {[OBSERVATION( OBX {[NTE]} )]} {[SPECIMEN( SPM {[OBX]} )]} )} )}
""",
    "source/events.csv": "code,trigger,structure\nADT,A01,ADT_A01\nORU,R01,ORU_R01\n",
    "source/fields.csv": "segment,field,datatype,repeats,modifies,title\n" + "".join(fields_rows()),
    "source/datatypes.csv": """\
datatype,component,component_datatype,title
CX,1,ST,Number
CX,2,ST,Check digit
CX,3,ID,Scheme
CX,4,HD,Assigner
HD,1,IS,Namespace
HD,2,ST,Universal
HD,3,ID,Type
XPN,1,FN,Family
XPN,2,ST,Given
FN,1,ST,Surname
XCN,1,ST,Number
XCN,2,FN,Family
XCN,3,ST,Given
CE,1,ST,Code
CE,2,ST,Text
CE,3,ID,System
EI,1,ST,Entity
EI,2,IS,Namespace
EIP,1,EI,Placer
EIP,2,EI,Filler
TS,1,DTM,Time
""",
    "ignored.csv": "source_path,reason\n"
    + "".join(
        f"{path},not for this test\n"
        for path in ("MSH-*", "PV1-*", "NK1-*", "OBR-*", "OBX-*", "NTE-*", "SPM-*", "PID-*")
    ),
    "Patient.yaml": """\
$resource: Patient
$for: patient
$id: PID-3
name:
  - {$each: PID-5, family: XPN.1}
""",
}
