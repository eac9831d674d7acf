"""Vaccination events of NHS England, version 5: 34 columns, each in quotes, written from the published field list.

NHS numbers are of the range 999, which is kept for tests; names, sites and products are invented or generic.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from benchmarks.generate.blocks import Generator, weighted
from benchmarks.generate.headers import header_of

HEADER = header_of("uk/immunisation/RSV_Vaccinations_v5_X99999_20251001T09000000.csv")
FORENAMES = ("ADA", "BRAM", "CERYS", "DEV", "ELLIS", "FAYE", "GWYN", "HANA", "IDRIS", "JUNE", "KOFI", "LENA", "MIRO")
SURNAMES = ("ASHDOWN", "BECKWITH", "CORRIGAN", "DALGLEISH", "EASTLEIGH", "FENWICK", "GARTHWAITE", "HOLLIS", "INGLEBY")
FLAGS = weighted({"new": 94, "update": 5, "delete": 1})
SEXES = weighted({"2": 55, "1": 44, "0": 0.6, "9": 0.4})
ARMS = weighted({'"368208006"|"Left upper arm structure"': 8, '"368209003"|"Right upper arm structure"': 2, '""|""': 1})
PRODUCTS = weighted({"A": 6, "B": 3, "C": 1})
PRODUCT_TEXTS = {
    "A": '"42605811000001109"|"Vaccine A powder and solvent for solution for injection 0.5ml vials"|"Maker A Ltd"',
    "B": '"42605911000001104"|"Vaccine B suspension for injection 0.5ml pre-filled syringes"|"Maker B plc"',
    "C": '"42606011000001107"|"Vaccine C dispersion for injection 0.3ml vials"|"Maker C Inc"',
}
SITE_SYSTEM = "https://fhir.nhs.uk/Id/ods-organization-code"
FIRST_DAY = date(2025, 1, 1)
DAYS = [(FIRST_DAY + timedelta(days=day)).strftime("%Y%m%d") for day in range(800)]


def block(chance: random.Random, first: int, count: int) -> Sequence[list[str]]:
    """The lines of events `first` to `first + count`."""
    return ([row(chance, number) for number in range(first, first + count)],)


def row(chance: random.Random, number: int) -> str:
    """One event."""
    draw = chance.random
    day = int(draw() * 365)
    clock = f"{8 + int(draw() * 10):02}{int(draw() * 60):02}{int(draw() * 60):02}"
    person = "" if draw() < 0.02 else nhs_number(int(draw() * 4_000_000))
    born = f"{1932 + int(draw() * 90)}{1 + int(draw() * 12):02}{1 + int(draw() * 28):02}"
    site = f"X{int(draw() * 6000):05}"
    nurse = f'{chance.choice(FORENAMES).title()}"|"{chance.choice(SURNAMES).title()}' if draw() < 0.9 else '"|"'
    return (
        f'"{person}"|"{chance.choice(FORENAMES)}"|"{chance.choice(SURNAMES)}"|"{born}"|"{SEXES(chance)}"|'
        f'"ZZ99 {int(draw() * 10)}{chance.choice("ABDEFGHJLNPQRSTUWXYZ")}{chance.choice("ABDEFGHJLNPQRSTUWXYZ")}"|'
        f'"{DAYS[day]}T{clock}{"01" if 88 < day < 298 else "00"}"|"{site}"|"{SITE_SYSTEM}"|'
        f'"E-{number:09}"|"https://supplier.example.org/events"|"{FLAGS(chance)}"|"{nurse}"|"{DAYS[day]}"|'
        f'"{"TRUE" if draw() < 0.98 else "FALSE"}"|"1303503001"|"Administration of vaccine (procedure)"|'
        f'"{1 + int(draw() ** 4 * 4)}"|{PRODUCT_TEXTS[PRODUCTS(chance)]}|"{int(draw() * 300):06X}"|'
        f'"{DAYS[day + 60 + int(draw() * 300)]}"|{ARMS(chance)}|"78421000"|"Intramuscular route"|'
        f'"{"0.5" if draw() < 0.9 else "0.30"}"|"258773002"|"Milliliter"|"443684005"|"{site}"|"{SITE_SYSTEM}"'
    )


def nhs_number(person: int) -> str:
    """A number of the range 999 with its check digit; numbers whose check digit would be 10 are moved on."""
    while True:
        digits = f"999{person % 1_000_000:06}"
        check = 11 - sum((10 - place) * int(digit) for place, digit in enumerate(digits)) % 11
        if check != 10:
            return digits + str(check % 11)
        person += 1


GENERATOR = Generator("uk-immunisation", 1, (("RSV_Vaccinations_v5_X99999_20260101T00000000.csv", HEADER),), block)
