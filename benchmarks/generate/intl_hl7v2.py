"""HL7 v2.5.1 ORU^R01 and ADT messages of 2 to 4 KB, written from the standard's segment definitions.

Two of three are laboratory reports of 1 to 25 OBX: panels of numbers, cultures with susceptibilities, narratives with
escapes. The others admit, transfer, discharge, update or merge. A record is a message.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from benchmarks.generate import hl7v2_vocabulary as words
from benchmarks.generate.blocks import Generator, weighted

SMALLEST, LARGEST = 2048, 4096  # bytes of a message
MOST_RESULTS = 25
LAB_OID = "2.16.840.1.113883.19.3"
START = datetime(2024, 1, 1)
EVENTS = weighted(
    {"A01^ADT_A01": 25, "A02^ADT_A02": 10, "A03^ADT_A03": 15, "A04^ADT_A01": 20, "A08^ADT_A01": 28, "A40^ADT_A39": 2}
)
REPORTS = weighted({"panel": 62, "screen": 12, "culture": 13, "narrative": 13})
STATUSES = weighted({"F": 88, "P": 6, "C": 5, "X": 1})

Segments = Iterator[str]


def block(chance: random.Random, first: int, count: int) -> Sequence[list[str]]:
    """Messages `first` to `first + count`, each without the line end of its last segment."""
    return (["\r".join(message(chance, number)) for number in range(first, first + count)],)


def message(chance: random.Random, number: int) -> list[str]:
    """The segments of one message: the least that it must have, then more until it is as long as was drawn."""
    report = chance.random() < 0.66
    kind = "R01^ORU_R01" if report else EVENTS(chance)
    event, structure = kind.split("^")
    when = START + timedelta(seconds=number * 7 + chance.randrange(7))
    head = f"MSH|^~\\&|{'LIS' if report else 'PAS'}^{LAB_OID}.{1 + report}^ISO|NORTHGATE^{LAB_OID}.9^ISO|EHR|WESTHAVEN|"
    head += (
        f"{stamp(when)}||{'ORU' if report else 'ADT'}^{event}^{structure}|{number:09}|P|2.5.1|||AL|NE||UNICODE UTF-8"
    )
    segments = [head] if report else [head, f"EVN|{event}|{stamp(when)}|||{person_xcn(chance)}"]
    segments.append(patient(chance))
    if event == "A40":
        segments.append(merged(chance))
    else:
        segments.append(visit(chance, when, event))
    more = orders(chance, when, number) if report else demographics(chance, when, event)
    wanted = chance.randint(SMALLEST, LARGEST - 350)
    size = sum(map(width, segments))
    for segment in more:
        if size + width(segment) > LARGEST:
            break
        segments.append(segment)
        size += width(segment)
        if size >= wanted and (report or event == "A40"):
            break
    return padded(chance, segments, size)


def padded(chance: random.Random, segments: list[str], size: int) -> list[str]:
    """The message, brought to its least size by what its structure may repeat at its end."""
    structure = segments[0].split("|")[8].split("^")[2]
    kin = 0
    while size < SMALLEST:
        if structure == "ORU_R01":
            more = [f"NTE|{len(segments)}|L|{chance.choice(words.NOTES)}"]
        elif structure == "ADT_A39":
            more = [patient(chance), merged(chance)]
        elif structure == "ADT_A02":
            more = [measured(chance, len(segments))]
        else:
            kin += 1
            segments.insert(2 + kin, next_of_kin(chance, kin))
            size += width(segments[2 + kin])
            continue
        segments += more
        size += sum(map(width, more))
    return segments


def patient(chance: random.Random) -> str:
    """PID, of some 400 bytes: two identifiers, now and then an alias, one or two addresses and telephone numbers."""
    born = f"{1930 + chance.randrange(94)}{1 + chance.randrange(12):02}{1 + chance.randrange(28):02}"
    number = chance.randrange(10**7)
    family, given = chance.choice(words.FAMILIES), chance.choice(words.GIVENS)
    names = f"{family}^{given}^{chance.choice(words.GIVENS)[0]}^^^^L"
    if chance.random() < 0.15:
        names += f"~{chance.choice(words.FAMILIES)}^{given}^^^^^M"
    addresses = "~".join(address(chance) for _ in range(1 + (chance.random() < 0.2)))
    phone = f"{telephone(chance)}~^NET^Internet^patient{number}@example.org"
    return (
        f"PID|1||{number:08}^^^NORTHGATE\\T\\CO&{LAB_OID}.9&ISO^MR~{900_000_000 + number}^^^SSA^SS||{names}||{born}|"
        f"{words.SEXES(chance)}||{words.RACES(chance)}^HL70005|{addresses}||{phone}||en^English^ISO639|"
        f"{words.MARITAL(chance)}^HL70002||{number:08}A^^^NORTHGATE^AN|||||N||||||||N"
    )


def address(chance: random.Random) -> str:
    street = f"{1 + chance.randrange(300)} {chance.choice(words.STREETS)}"
    return (
        f"{street}^Flat {chance.randrange(40)}^{chance.choice(words.CITIES)}^NY^{10_000 + chance.randrange(4000)}^USA^H"
    )


def person_xcn(chance: random.Random) -> str:
    """A clinician of a register of 2,000, always with the same name."""
    number = chance.randrange(2000)
    family, given = words.FAMILIES[number % 20], words.GIVENS[number // 20 % 20]
    return f"{1_999_000_000 + number}^{family}^{given}^^^Dr.^MD^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI"


def visit(chance: random.Random, when: datetime, event: str) -> str:
    """PV1: class, place, three clinicians, visit number, times."""
    place = f"{chance.choice(words.WARDS)}^NORTHGATE"
    before = f"{chance.choice(words.WARDS)}^NORTHGATE" if event == "A02" else ""
    begun = when - timedelta(hours=chance.randrange(90))
    ended = stamp(when) if event == "A03" else ""
    doctors = [person_xcn(chance) for _ in range(3)]
    number = f"V{chance.randrange(10**8):09}^^^NORTHGATE^VN"
    vip = "VIP" if chance.random() < 0.1 else ""
    return (
        f"PV1|1|{words.CLASSES(chance)}|{place}|R||{before}|{doctors[0]}|{doctors[1]}||{words.SERVICES(chance)}"
        f"||||7||{vip}|{doctors[2]}||{number}{'|' * 17}{'01' if ended else ''}{'|' * 8}{stamp(begun)}|{ended}"
    )


def orders(chance: random.Random, when: datetime, number: int) -> Segments:
    """ORC, OBR, their notes, results and specimens, until the caller has enough or 25 results are written."""
    makers: dict[str, Callable[[random.Random, datetime], tuple[str, Segments]]] = {
        "panel": panel,
        "screen": screen,
        "culture": culture,
        "narrative": narrative,
    }
    results = 0
    for place in range(1, 9):
        service, rows = makers[REPORTS(chance)](chance, when)
        ids = f"{number:09}{place}^EHR^{LAB_OID}.5^ISO|L{number:09}{place}^LIS^{LAB_OID}.2^ISO"
        who = person_xcn(chance)
        taken = stamp(when - timedelta(minutes=90))
        yield f"ORC|RE|{ids}||CM||||{stamp(when)}|||{who}|||||||||Westhaven Clinic^L^^^^CLN&{LAB_OID}.7&ISO^XX^^^W7"
        yield f"OBR|{place}|{ids}|{service}|||{taken}|||||||||{who}||||||{stamp(when)}||LAB|F"
        if chance.random() < 0.2:
            yield f"NTE|1|L|{chance.choice(words.NOTES)}"
        for row, segment in enumerate(rows, 1):
            if results == MOST_RESULTS:
                return
            results += 1
            status = STATUSES(chance)
            if service == words.SCREEN:
                yield f"OBX|{row}|{segment}|||{status}"
                continue
            done = f"|||{status}|||{taken}||^Analyser {row % 4}|||{stamp(when)}||||Northgate Laboratory^D"
            yield f"OBX|{row}|{segment}{done}"
            if chance.random() < 0.05:
                yield f"NTE|1|L|{chance.choice(words.NOTES)}"
        specimen = f"S{number:09}{place}"
        yield f"SPM|1|{specimen}&EHR^{specimen}&LIS||{words.SPECIMENS(chance)}{'|' * 13}{taken}|{stamp(when)}"


def panel(chance: random.Random, when: datetime) -> tuple[str, Segments]:
    """Numbers with units and intervals; some out of range, some below the limit of detection."""
    service, tests = chance.choice(list(words.PANELS.items()))

    def rows() -> Segments:
        for code, unit, low, high, digits in tests:
            value = chance.gauss((low + high) / 2, (high - low) / 3)
            flag = "L" if value < low else "H" if value > high else "N"
            sent = f"NM|{code}^LN||{max(value, 0):.{digits}f}"
            if chance.random() < 0.03:
                sent = f"SN|{code}^LN||<^{low / 2:.{digits}f}"
            yield f"{sent}|{unit}^^UCUM|{low:.{digits}f}-{high:.{digits}f}|{flag}^^HL70078"

    return service, rows()


def screen(chance: random.Random, when: datetime) -> tuple[str, Segments]:
    """Many short results, of which few are found."""

    def rows() -> Segments:
        for code in words.SCREENED:
            found = chance.random() < 0.1
            yield f"NM|{code}||{chance.uniform(0.35, 40) if found else 0.1:.2f}|kU/L^^UCUM|<0.35|{'HN'[not found]}"

    return words.SCREEN, rows()


def culture(chance: random.Random, when: datetime) -> tuple[str, Segments]:
    """An organism and what it is susceptible to."""
    service = words.CULTURES(chance)

    def rows() -> Segments:
        organism = words.ORGANISMS(chance)
        yield f"CWE|{service}|1|{organism}|||{'N' if 'No growth' in organism else 'A'}^^HL70078"
        if "No growth" not in organism:
            for drug in words.DRUGS:
                limit = chance.choice((0.5, 1, 2, 4, 8, 16))
                yield f"SN|{drug}^LN|1|<=^{limit}|ug/mL^^UCUM||{words.SENSITIVE(chance)}"

    return service, rows()


def narrative(chance: random.Random, when: datetime) -> tuple[str, Segments]:
    """One to three long texts, with escapes, some in repetitions."""
    service = words.NARRATIVES(chance)

    def rows() -> Segments:
        for _ in range(chance.randint(1, 3)):
            text = " ".join(chance.choice(words.SENTENCES) for _ in range(chance.randint(4, 10)))
            yield f"{chance.choice(('FT', 'TX'))}|{service}||{text}|||"

    return service, rows()


def demographics(chance: random.Random, when: datetime, event: str) -> Segments:
    """What follows PV1 in an ADT message, in the order of ADT_A01; a merge has none of it."""
    if event == "A40":
        return
    yield f"PV2||||||||{stamp(when)}||{chance.randint(1, 9)}||^{chance.choice(words.DIAGNOSES).split('^')[1]}"
    for place in range(1, 1 + (event != "A03") * chance.randrange(3)):
        yield measured(chance, place)
    if event not in ("A02",):
        for place, allergen in enumerate(chance.sample(words.ALLERGENS, chance.randrange(4)), 1):
            if event != "A03":
                yield f"AL1|{place}|{allergen}|{when:%Y%m%d}"
        for place, diagnosis in enumerate(chance.sample(words.DIAGNOSES, chance.randint(1, 4)), 1):
            kind, who = chance.choice("AWF"), person_xcn(chance)
            yield f"DG1|{place}||{diagnosis}^I10||{stamp(when)}|{kind}||||||||||{who}"
        if chance.random() < 0.3:
            yield f"PR1|1||{chance.choice(words.PROCEDURES)}||{stamp(when)}|D||||||{person_xcn(chance)}"
        name = f"{chance.choice(words.FAMILIES)}^{chance.choice(words.GIVENS)}"
        payer = chance.randrange(10**6)
        yield f"GT1|1|{payer:06}^^^NORTHGATE|{name}||{address(chance)}|{telephone(chance)}|||||SEL^Self^HL70063"
        for place in range(1, 1 + chance.randint(1, 2)):
            plan = (
                f"PLAN{chance.randrange(90)}^Plan of the North^L|{chance.randrange(900):04}^^^NAIC|Mutual of the North"
            )
            policy = f"{chance.randrange(10**9):09}"
            subscriber = f"HMO|{name}|SEL^Self^HL70063|19700101|{address(chance)}|||{place}{'|' * 14}{policy}"
            yield f"IN1|{place}|{plan}|{address(chance)}|||G{policy[:6]}||||20240101|20241231||{subscriber}"


def measured(chance: random.Random, place: int) -> str:
    """A measurement told with an admission."""
    code, unit, low, _, digits = chance.choice(words.PANELS[words.METABOLIC])
    return f"OBX|{place}|NM|{code}^LN||{low:.{digits}f}|{unit}^^UCUM|||||F"


def merged(chance: random.Random) -> str:
    return f"MRG|{chance.randrange(10**7):08}^^^NORTHGATE\\T\\CO&{LAB_OID}.9&ISO^MR"


def next_of_kin(chance: random.Random, place: int) -> str:
    name = f"{chance.choice(words.FAMILIES)}^{chance.choice(words.GIVENS)}^^^^^L"
    return f"NK1|{place}|{name}|{words.PARENTS(chance)}^HL70063|{address(chance)}|{telephone(chance)}"


def telephone(chance: random.Random) -> str:
    return f"^PRN^PH^^1^555^{chance.randrange(10**7):07}"


def stamp(when: datetime) -> str:
    """A time with its offset."""
    return f"{when:%Y%m%d%H%M%S}-0500"


def width(segment: str) -> int:
    """The bytes of a segment with its line end."""
    return len(segment.encode()) + 1


GENERATOR = Generator("intl-hl7v2", 1, (("messages.hl7", ""),), block, end="\r")
