"""A small layout of messages, written by hand, with the shapes of structures that are hard to read."""

from __future__ import annotations

import re
from dataclasses import replace

from interop.spec.hl7v2_layout import FieldLayout, GroupSlot, Hl7v2Layout, MessageContext, SegmentSlot, Slot, Structure

STRUCTURES = {
    "ADT_A01": "MSH {[SFT]} EVN PID [PD1] {[NK1]} PV1 [PV2] {[OBX]} {[AL1]} {[DG1]} {[PROCEDURE( PR1 {[ROL]} )]} [ACC]",
    "ADT_A40": "MSH {[SFT]} EVN {PATIENT( PID [PD1] MRG [PV1] )}",
    "ORU_R01": "MSH {[SFT]} {PATIENT_RESULT( [PATIENT( PID [PD1] {[NTE]} {[NK1]} [VISIT( PV1 [PV2] )] )] "
    "{ORDER_OBSERVATION( [ORC] OBR {[NTE]} {[TIMING_QTY( TQ1 {[TQ2]} )]} [CTD] "
    "{[OBSERVATION( OBX {[NTE]} )]} {[FT1]} {[CTI]} {[SPECIMEN( SPM {[OBX]} )]} )} )} [DSC]",
    "ORM_O01": "MSH {[NTE]} [PATIENT( PID [PD1] {[NTE]} [PATIENT_VISIT( PV1 [PV2] )] {[AL1]} )] "
    "{ORDER( ORC [ORDER_DETAIL( OBR {[NTE]} {[DG1]} {[OBSERVATION( OBX {[NTE]} )]} )] {[FT1]} {[CTI]} [BLG] )}",
    "OML_O21": "MSH {[NTE]} [PATIENT( PID [PD1] [PATIENT_VISIT( PV1 [PV2] )] {[AL1]} )] "
    "{ORDER( ORC {[TIMING( TQ1 {[TQ2]} )]} [OBSERVATION_REQUEST( OBR {[NTE]} {[DG1]} {[OBSERVATION( OBX {[NTE]} )]} "
    "{[SPECIMEN( SPM {[OBX]} )]} {[PRIOR_RESULT( [PATIENT_PRIOR( PID [PD1] )] [VISIT_PRIOR( PV1 )] {[AL1]} "
    "{ORDER_PRIOR( [ORC] OBR {[NTE]} {OBSERVATION_PRIOR( OBX {[NTE]} )} )} )]} )] {[FT1]} )}",
    "OUL_R22": "MSH {[SFT]} [NTE] [PATIENT( PID [PD1] {[NTE]} )] [VISIT( PV1 [PV2] )] "
    "{SPECIMEN( SPM {[OBX]} {[CONTAINER( SAC [INV] )]} {ORDER( OBR [ORC] {[NTE]} {[RESULT( OBX {[NTE]} )]} )} )} [DSC]",
    "VXU_V04": "MSH {[SFT]} PID [PD1] {[NK1]} [PATIENT_VISIT( PV1 [PV2] )] {[AL1]} "
    "{[ORDER( ORC RXA [RXR] {[OBSERVATION( OBX {[NTE]} )]} )]}",
    "RDE_O11": "MSH {[NTE]} [PATIENT( PID [PD1] {[AL1]} )] "
    "{ORDER( ORC RXE {[NTE]} {TIMING_ENCODED( TQ1 {[TQ2]} )} {RXR} {[RXC]} {[OBSERVATION( OBX {[NTE]} )]} {[FT1]} )}",
    "MDM_T02": "MSH {[SFT]} EVN PID PV1 {[COMMON_ORDER( ORC OBR {[NTE]} )]} TXA {OBSERVATION( OBX {[NTE]} )}",
}

EVENTS = {("ADT", "A01"): "ADT_A01", ("ADT", "A04"): "ADT_A01", ("ADT", "A40"): "ADT_A40", ("ORU", "R01"): "ORU_R01"}

CONTEXTS = (
    MessageContext("message", holds=("MSH", "EVN", "TXA")),
    MessageContext("software", "message", opens=("SFT",)),
    MessageContext(
        "patient", "message", groups=("PATIENT_RESULT", "PATIENT"), opens=("PID",), holds=("PD1", "PV1", "PV2", "MRG")
    ),
    MessageContext("patient-note", "patient", opens=("NTE",)),
    MessageContext("next-of-kin", "patient", opens=("NK1",)),
    MessageContext("allergy", "patient", opens=("AL1",)),
    MessageContext("diagnosis", "patient", opens=("DG1",)),
    MessageContext("procedure", "patient", groups=("PROCEDURE",), opens=("PR1",)),
    MessageContext("procedure-role", "procedure", opens=("ROL",)),
    MessageContext(
        "order",
        "patient",
        groups=("ORDER_OBSERVATION", "ORDER", "COMMON_ORDER"),
        holds=("ORC", "OBR", "RXA", "RXE", "TXA", "RXR"),
    ),
    MessageContext("order-note", "order", opens=("NTE",)),
    MessageContext("timing", "order", opens=("TQ1",)),
    MessageContext("observation", "order", groups=("OBSERVATION", "RESULT"), opens=("OBX",)),
    MessageContext("observation-note", "observation", opens=("NTE",)),
    MessageContext("specimen", "order", groups=("SPECIMEN",), opens=("SPM",), holds=("SAC",)),
    MessageContext("specimen-observation", "specimen", opens=("OBX",)),
)

_FIELDS = {"MSH": 21, "EVN": 7, "PID": 30, "PV1": 20, "NK1": 10, "AL1": 6}
_FIELDS |= {"ORC": 20, "OBR": 32, "OBX": 25, "NTE": 4, "SPM": 20}

DATATYPES = {"CX": ("ST", "ST", "ID", "HD"), "HD": ("IS", "ST", "ID")}

_TOKEN = re.compile(r"[A-Z][A-Z0-9_]*|[\[\]{}()]")
_CLOSES = {"[": "]", "{": "}"}


def structure(name: str, text: str) -> Structure:
    """A structure from its abstract syntax."""
    tokens = _TOKEN.findall(text)[::-1]

    def slots(end: str | None) -> tuple[Slot, ...]:
        found: list[Slot] = []
        while tokens and tokens[-1] != end:
            token = tokens.pop()
            if token in _CLOSES:
                (inner,) = slots(_CLOSES[token])
                tokens.pop()
                found.append(replace(inner, **{"optional" if token == "[" else "repeats": True}))
            elif tokens and tokens[-1] == "(":
                tokens.pop()
                found.append(GroupSlot(token, slots(")")))
                tokens.pop()
            else:
                found.append(SegmentSlot(token))
        return tuple(found)

    return Structure(name, slots(None))


def layout(**changes: object) -> Hl7v2Layout:
    """The layout of these tests."""
    fields = {
        f"{segment}-{number}": FieldLayout(segment, number, "ST", repeats=True)
        for segment, last in _FIELDS.items()
        for number in range(1, last + 1)
    }
    made = Hl7v2Layout(
        CONTEXTS, {name: structure(name, text) for name, text in STRUCTURES.items()}, EVENTS, fields, DATATYPES
    )
    return replace(made, **changes)  # type: ignore[arg-type]
