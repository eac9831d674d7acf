"""Carrier claims of Medicare (RIF): one to six lines a claim, its header repeated on each, written from the code books.

A record is a claim. Identifiers are of ranges kept for synthetic data: beneficiaries below zero, NPIs from 1999.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from benchmarks.generate.blocks import Generator, weighted
from benchmarks.generate.headers import header_of

HEADER = header_of("us/cms-rif/carrier.txt")
COLUMNS = HEADER.split("|")
LINE_COUNTS = weighted({"1": 48, "2": 24, "3": 13, "4": 8, "5": 4, "6": 3})
DIAGNOSES = weighted(
    {"I10": 12, "E119": 9, "E785": 8, "N183": 3, "I4891": 3, "R05": 2, "M545": 3, "Z0000": 4, "J449": 3}
)
SERVICES = weighted(
    {"99213 M1B 74.00": 9, "99214 M1B 108.00": 8, "93000 T2A 14.32": 4, "71046 I1A 24.80": 3, "36415 T1A 3.00": 6}
)
PLACES = weighted({"11": 60, "22": 14, "21": 12, "81": 9, "23": 5})
SPECIALTIES = weighted({"11": 18, "08": 20, "06": 9, "30": 10, "69": 12, "50": 14})
STATES = weighted({"05": 11, "10": 9, "33": 8, "45": 8, "24": 3, "39": 5})
YEAR = date(2021, 1, 1)


def block(chance: random.Random, first: int, count: int) -> Sequence[list[str]]:
    """The lines of claims `first` to `first + count`."""
    return ([line for number in range(first, first + count) for line in claim(chance, number)],)


def claim(chance: random.Random, number: int) -> list[str]:
    """The rows of one claim."""
    draw = chance.random
    day = YEAR + timedelta(days=int(draw() * 365))
    on = written(day)
    lines = [SERVICES(chance).split() for _ in range(int(LINE_COUNTS(chance)))]
    allowed = sum(float(price) for _, _, price in lines)
    head = {
        "DML_IND": "INSERT",
        "BENE_ID": str(-1 - int(draw() * 1_000_000)),
        "CLM_ID": str(10_000_000_000 + number),
        "CLM_GRP_ID": str(40_000_000_000 + number),
        "FINAL_ACTION": "F",
        "NCH_NEAR_LINE_REC_IDENT_CD": "O",
        "NCH_CLM_TYPE_CD": "71",
        "CLM_FROM_DT": on,
        "CLM_THRU_DT": on,
        "NCH_WKLY_PROC_DT": written(day + timedelta(days=14)),
        "CARR_CLM_ENTRY_CD": "1",
        "CLM_DISP_CD": "01",
        "CARR_NUM": "05302",
        "CARR_CLM_PMT_DNL_CD": "1",
        "CLM_PMT_AMT": f"{allowed * 0.8:.2f}",
        "CARR_CLM_PRMRY_PYR_PD_AMT": "0.00",
        "RFR_PHYSN_NPI": f"1999{int(draw() * 900):06}",
        "CARR_CLM_PRVDR_ASGNMT_IND_SW": "A",
        "NCH_CLM_PRVDR_PMT_AMT": f"{allowed * 0.8:.2f}",
        "NCH_CLM_BENE_PMT_AMT": "0.00",
        "NCH_CARR_CLM_SBMTD_CHRG_AMT": f"{allowed * 2:.2f}",
        "NCH_CARR_CLM_ALOWD_AMT": f"{allowed:.2f}",
        "CARR_CLM_CASH_DDCTBL_APLD_AMT": "0.00",
        "CARR_CLM_HCPCS_YR_CD": "1",
        "CARR_CLM_CNTL_NUM": f"0221{number:09}",
    }
    diagnoses = list(dict.fromkeys(DIAGNOSES(chance) for _ in range(1 + int(draw() * 5))))
    head |= {"PRNCPAL_DGNS_CD": diagnoses[0], "PRNCPAL_DGNS_VRSN_CD": "0"}
    for place, code in enumerate(diagnoses, 1):
        head |= {f"ICD_DGNS_CD{place}": code, f"ICD_DGNS_VRSN_CD{place}": "0"}
    performer = f"1999{int(draw() * 5000):06}"
    specialty, state, site = SPECIALTIES(chance), STATES(chance), PLACES(chance)
    rows = []
    for place, (service, betos, price) in enumerate(lines, 1):
        charge = float(price)
        made = head | {
            "LINE_NUM": str(place),
            "PRF_PHYSN_NPI": performer,
            "ORG_NPI_NUM": f"1999{90_000 + int(performer[4:]) % 500:06}",
            "CARR_LINE_PRVDR_TYPE_CD": "1",
            "PRVDR_STATE_CD": state,
            "PRVDR_ZIP": "55401",
            "PRVDR_SPCLTY": specialty,
            "PRTCPTNG_IND_CD": "1",
            "CARR_LINE_RDCD_PMT_PHYS_ASTN_C": "0",
            "LINE_SRVC_CNT": "1",
            "LINE_CMS_TYPE_SRVC_CD": "1",
            "LINE_PLACE_OF_SRVC_CD": site,
            "CARR_LINE_PRCNG_LCLTY_CD": "00",
            "LINE_1ST_EXPNS_DT": on,
            "LINE_LAST_EXPNS_DT": on,
            "HCPCS_CD": service,
            "BETOS_CD": betos,
            "LINE_NCH_PMT_AMT": f"{charge * 0.8:.2f}",
            "LINE_BENE_PMT_AMT": "0.00",
            "LINE_PRVDR_PMT_AMT": f"{charge * 0.8:.2f}",
            "LINE_BENE_PTB_DDCTBL_AMT": "0.00",
            "LINE_BENE_PRMRY_PYR_PD_AMT": "0.00",
            "LINE_COINSRNC_AMT": f"{charge * 0.2:.2f}",
            "LINE_SBMTD_CHRG_AMT": f"{charge * 2:.2f}",
            "LINE_ALOWD_CHRG_AMT": price,
            "LINE_PRCSG_IND_CD": "A",
            "LINE_PMT_80_100_CD": "0",
            "LINE_SERVICE_DEDUCTIBLE": "0",
            "CARR_LINE_MTUS_CNT": "1",
            "CARR_LINE_MTUS_CD": "3",
            "LINE_ICD_DGNS_CD": diagnoses[place % len(diagnoses)],
            "LINE_ICD_DGNS_VRSN_CD": "0",
            "CARR_LINE_ANSTHSA_UNIT_CNT": "0",
        }
        rows.append("|".join([made.get(column, "") for column in COLUMNS]))
    return rows


def written(day: date) -> str:
    """A day as CMS writes it: 26-JAN-2021."""
    return f"{day:%d-%b-%Y}".upper()


GENERATOR = Generator("us-cms-rif", 1, (("carrier.txt", HEADER),), block)
