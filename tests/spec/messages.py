"""A small package of HL7 v2 messages, for tests."""

from __future__ import annotations

MESSAGES = {
    "mapping.yaml": """\
interop: 1
id: xx/messages
title: Messages
version: 0.1.0
status: draft
licence: CC0-1.0
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
    "source/fields.csv": """\
segment,field,datatype,repeats,modifies,title
MSH,7,TS,no,,Time
MSH,10,ST,no,,Control ID
PID,3,CX,yes,,Identifiers
PID,5,XPN,yes,,Name
PID,8,IS,no,,Sex
PID,30,ID,no,Patient,Death
PV1,7,XCN,yes,,Attending
PV1,8,XCN,yes,,Referring
NK1,2,XPN,yes,,Name
OBR,4,CE,no,,Service
OBR,16,XCN,yes,,Ordering
OBX,3,CE,no,,Code
OBX,5,varies,yes,,Value
OBX,11,ID,no,Observation,Status
OBX,16,XCN,yes,,Observer
NTE,3,FT,yes,,Comment
SPM,2,EIP,no,,Number
""",
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
