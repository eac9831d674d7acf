"""Death records of Brazil (SIM-DO), the 88 columns as published, written from the published layout.

Adults; one in forty is an infant with the mother's data. Municipalities are IBGE codes, facilities are invented.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from benchmarks.generate.blocks import Generator, weighted
from benchmarks.generate.headers import header_of

HEADER = header_of("br/sim/DOSYN2024.csv")
COLUMNS = HEADER.split(",")
CAUSES = weighted({"I219": 9, "I10X": 4, "J189": 8, "E149": 5, "I64X": 5, "C349": 3, "X954": 4, "V892": 2, "N390": 2})
LINES = weighted({"*J960": 4, "*A419": 4, "*R570": 2, "*I469": 2, "*J189": 3, "*N179": 2, "": 1})
TOWNS = ("355030", "330455", "292740", "310620", "230440", "431490", "261160", "130260", "520870", "410690", "150140")
WORK = weighted({"999992": 4, "622020": 3, "999993": 3, "715210": 2, "421125": 1, "231210": 1, "": 2})
RACES = weighted({"1": 48, "4": 40, "2": 9, "3": 0.6, "5": 0.4, "": 2})
MARITAL = weighted({"1": 22, "2": 36, "3": 24, "4": 9, "5": 5, "9": 4})
SCHOOL = weighted({"0": 12, "1": 28, "2": 14, "3": 18, "4": 2, "5": 8, "9": 12, "": 6})
PLACES = weighted({"1": 66, "2": 8, "3": 20, "4": 4, "5": 2})
DOCTORS = weighted({"1": 30, "2": 34, "3": 8, "4": 8, "5": 14, "9": 1, "": 5})
YES_NO = weighted({"1": 30, "2": 15, "9": 10, "": 45})
YEAR = date(2024, 1, 1)


def block(chance: random.Random, first: int, count: int) -> Sequence[list[str]]:
    """The lines of deaths `first` to `first + count`."""
    return ([row(chance, number) for number in range(first, first + count)],)


def row(chance: random.Random, number: int) -> str:
    """One death."""
    draw = chance.random
    infant = draw() < 0.025
    died = YEAR + timedelta(days=int(draw() * 366))
    age = int(draw() * 360) if infant else int(365.25 * (18 + 82 * (1 - draw() ** 2)))
    town, cause = chance.choice(TOWNS), CAUSES(chance)
    violent = cause[0] in "VX"
    day = f"{died:%d%m%Y}"
    made = {
        "CONTADOR": str(number + 1),
        "ORIGEM": "1",
        "TIPOBITO": "2",
        "DTOBITO": day,
        "HORAOBITO": f"{int(draw() * 24):02}{int(draw() * 60):02}" if draw() < 0.9 else "",
        "NATURAL": "8" + town[:2],
        "CODMUNNATU": town if draw() < 0.8 else chance.choice(TOWNS),
        "DTNASC": f"{died - timedelta(days=age):%d%m%Y}",
        "IDADE": f"2{age:02}" if age < 30 else f"3{age // 31:02}" if infant else f"{400 + min(age // 365, 99)}",
        "SEXO": "1" if draw() < 0.55 else "2",
        "RACACOR": RACES(chance),
        "CODMUNRES": town,
        "LOCOCOR": PLACES(chance),
        "CODESTAB": f"90{int(draw() * 400):05}" if draw() < 0.7 else "",
        "CODMUNOCOR": town if draw() < 0.85 else chance.choice(TOWNS),
        "ASSISTMED": YES_NO(chance),
        "EXAME": YES_NO(chance),
        "CIRURGIA": YES_NO(chance),
        "NECROPSIA": "1" if violent else YES_NO(chance),
        "LINHAA": LINES(chance),
        "LINHAB": LINES(chance),
        "LINHAC": LINES(chance) if draw() < 0.5 else "",
        "LINHAII": f"*{CAUSES(chance)}" + (f"*{CAUSES(chance)}" if draw() < 0.3 else "") if draw() < 0.5 else "",
        "CAUSABAS": cause,
        "DTATESTADO": day,
        "CIRCOBITO": ("3" if cause[0] == "X" else "1") if violent else "",
        "DTCADASTRO": f"{died + timedelta(days=20):%d%m%Y}",
        "ATESTANTE": DOCTORS(chance),
        "STCODIFICA": "S",
        "CODIFICADO": "S",
        "VERSAOSIST": "3.2.30",
        "CAUSABAS_O": cause,
        "STDOEPIDEM": "0",
        "STDONOVA": "1",
    }
    made |= mother(chance) if infant else adult(chance)
    return ",".join([made.get(column, "") for column in COLUMNS])


def adult(chance: random.Random) -> dict[str, str]:
    """What is asked of adults."""
    return {"ESTCIV": MARITAL(chance), "ESC2010": SCHOOL(chance), "OCUP": WORK(chance)}


def mother(chance: random.Random) -> dict[str, str]:
    """What is asked of infants: the mother, the pregnancy, the delivery."""
    weeks = 24 + int(chance.random() ** 0.5 * 18)
    return {
        "IDADEMAE": str(15 + int(chance.random() * 28)),
        "ESCMAE2010": SCHOOL(chance),
        "OCUPMAE": WORK(chance),
        "QTDFILVIVO": f"{int(chance.random() * 4):02}",
        "QTDFILMORT": "00",
        "GRAVIDEZ": "1" if chance.random() < 0.95 else "2",
        "SEMAGESTAC": str(weeks),
        "PARTO": "1" if chance.random() < 0.45 else "2",
        "OBITOPARTO": "3",
        "PESO": str(500 + weeks * 70 - 1400 + int(chance.random() * 600)),
    }


GENERATOR = Generator("br-sim", 1, (("DOGEN2024.csv", HEADER),), block)
