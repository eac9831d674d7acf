"""Rows of Mexico's respiratory line list, the 40 columns of the 2022 edition, written from the published layout.

Shares are round numbers of the kind that the yearly bulletins give: one inpatient in twelve, one death in sixty.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from benchmarks.generate.blocks import Generator, weighted

HEADER = (
    "FECHA_ACTUALIZACION,ID_REGISTRO,ORIGEN,SECTOR,ENTIDAD_UM,SEXO,ENTIDAD_NAC,ENTIDAD_RES,MUNICIPIO_RES,TIPO_PACIENTE,"
    "FECHA_INGRESO,FECHA_SINTOMAS,FECHA_DEF,INTUBADO,NEUMONIA,EDAD,NACIONALIDAD,EMBARAZO,HABLA_LENGUA_INDIG,INDIGENA,"
    "DIABETES,EPOC,ASMA,INMUSUPR,HIPERTENSION,OTRA_COM,CARDIOVASCULAR,OBESIDAD,RENAL_CRONICA,TABAQUISMO,OTRO_CASO,"
    "TOMA_MUESTRA_LAB,RESULTADO_LAB,TOMA_MUESTRA_ANTIGENO,RESULTADO_ANTIGENO,CLASIFICACION_FINAL,MIGRANTE,"
    "PAIS_NACIONALIDAD,PAIS_ORIGEN,UCI"
)

STATES = weighted({"09": 22, "15": 9, "11": 6, "14": 5, "19": 5} | {f"{n:02}": 2 for n in range(1, 33)})
SECTORS = weighted({"12": 52, "4": 38, "6": 4, "9": 2, "8": 1, "3": 1, "10": 1, "11": 0.6, "13": 0.2, "99": 0.2})
RARE = {
    "DIABETES": 0.07,
    "EPOC": 0.007,
    "ASMA": 0.018,
    "INMUSUPR": 0.006,
    "HIPERTENSION": 0.095,
    "OTRA_COM": 0.01,
    "CARDIOVASCULAR": 0.009,
    "OBESIDAD": 0.07,
    "RENAL_CRONICA": 0.008,
    "TABAQUISMO": 0.055,
}
ILL = {name: weighted({"1": share, "2": 1 - share, "98": 0.004}) for name, share in RARE.items()}
CONTACT = weighted({"1": 0.38, "2": 0.42, "99": 0.2})
LANGUAGE = weighted({"1": 0.005, "2": 0.97, "99": 0.025})
LAB = weighted({"1": 0.38, "2": 0.52, "3": 0.04, "4": 0.06})
ANTIGEN = weighted({"1": 0.45, "2": 0.55})
UNTESTED = weighted({"1": 0.1, "6": 0.85, "5": 0.05})
COUNTRIES = weighted({"Estados Unidos de América": 4, "Guatemala": 2, "Honduras": 2, "Haití": 1, "Venezuela": 2})
SPRING = date(2022, 1, 1)
DAYS = [str(SPRING + timedelta(days=day)) for day in range(420)]


def block(chance: random.Random, first: int, count: int) -> Sequence[list[str]]:
    """The lines of records `first` to `first + count`."""
    return ([row(chance, number) for number in range(first, first + count)],)


def row(chance: random.Random, number: int) -> str:
    """One case."""
    draw = chance.random
    woman = draw() < 0.55
    state = STATES(chance)
    inpatient = draw() < 0.08
    arrived = int(draw() * 365) + 14
    dead = draw() < (0.18 if inpatient else 0.001)
    lab = draw() < (0.7 if inpatient else 0.12)
    antigen = not lab or draw() < 0.1
    result = LAB(chance) if lab else "97"
    rapid = ANTIGEN(chance) if antigen else "97"
    foreign = draw() < 0.006
    if "1" in (result, rapid):
        final = "3"
    elif "2" in (result, rapid):
        final = "7"
    else:
        final = UNTESTED(chance)
    country = COUNTRIES(chance) if foreign else "México"
    yes_no = "2" if draw() < 0.94 else "1"
    return ",".join(
        (
            "2023-06-30",
            f"{number * 2654435761 % 4294967296:08x}",
            "1" if draw() < 0.3 else "2",
            SECTORS(chance),
            state,
            "1" if woman else "2",
            state if draw() < 0.85 else STATES(chance),
            state,
            f"{int(draw() ** 2 * 125) + 1:03}",
            "2" if inpatient else "1",
            DAYS[arrived],
            DAYS[arrived - int(draw() * 8)],
            DAYS[min(arrived + int(draw() * 30), 419)] if dead else "9999-99-99",
            ("1" if draw() < 0.12 else "2") if inpatient else "97",
            ("1" if draw() < 0.4 else "2") if inpatient else ("1" if draw() < 0.005 else "2"),
            str(min(abs(int(chance.gauss(39, 18))), 110) if draw() > 0.08 else int(draw() * 10)),
            "2" if foreign else "1",
            ("1" if draw() < 0.012 else "2") if woman else "97",
            LANGUAGE(chance),
            LANGUAGE(chance),
            *[ill(chance) for ill in ILL.values()],
            CONTACT(chance),
            "1" if lab else "2",
            result,
            "1" if antigen else "2",
            rapid,
            final,
            yes_no if foreign else "99",
            country,
            country if foreign and yes_no == "1" else "97",
            ("1" if draw() < 0.09 else "2") if inpatient else "97",
        )
    )


GENERATOR = Generator("mx-covid-linelist", 1, (("COVID19MEXICO2022.csv", HEADER),), block)
