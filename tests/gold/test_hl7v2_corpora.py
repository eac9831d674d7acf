"""All messages of the three HL7 v2 corpora: none in quarantine; no result, order, vaccination, allergy, diagnosis lost.

The reading of the messages here is this file's own: plain splitting of decoded text, not the project's reader. A
segment has its resource when one of its message bears its code; each resource answers for one segment.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest

from interop.fhir.check import check_json
from interop.job.run import Options, run_job
from tests.mapping_cases import ROOT, load

from .corpora import corpus

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    corpus: str
    package: str
    files: str
    messages: int
    charset: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as it is sent: its name, its message's type, and the components of the field with its code."""

    name: str
    message: str
    code: tuple[str, ...]

    @property
    def key(self) -> str:
        """The code, else its text, else the alternate code."""
        return next((self.code[place] for place in (0, 1, 3, 8) if len(self.code) > place and self.code[place]), "")


@dataclass(frozen=True, slots=True)
class Message:
    file: str
    segments: tuple[Segment, ...]
    resources: tuple[Resource, ...]

    def sent(self, name: str) -> list[Segment]:
        return [one for one in self.segments if one.name == name]

    def built(self, *types: str) -> list[Resource]:
        return [one for one in self.resources if one["resourceType"] in types]


SOURCES = {
    "reportstream": Source("us-hl7v2-reportstream", "us/elr", "source/**/*.hl7", 174),
    "msconverter": Source("us-hl7v2-msconverter", "intl/hl7v2", "source/**/*.hl7", 86),
    "ss-mix2": Source("jp-ssmix2", "jp/ss-mix2", "source/storage/**/*", 140, charset="iso2022_jp"),
}

CODE = {"OBX": 3, "RXA": 5, "OBR": 4, "AL1": 3, "DG1": 3}
"""The field of a segment that says what it is of."""

BECOMES = {
    "OBX": ("Observation",),
    "RXA": ("Immunization", "MedicationAdministration"),
    "OBR": ("ServiceRequest",),
    "AL1": ("AllergyIntolerance",),
    "DG1": ("Condition",),
}

REPORTS = ("ORU", "OUL", "ORF", "OPU", "ORA")
"""Messages of results: an OBR of theirs is a report besides."""

EXCUSED = {
    # The order's patient and the earlier result name the same allergen: it is one allergy of one patient.
    ("OMG-O19-01.hl7", "AL1"): 1,
    # The same allergy under two visits of one patient.
    ("BAR-P01-02.hl7", "AL1"): 1,
    # One diagnosis under two visits: it has one identifier (DG1-20).
    ("BAR-P01-02.hl7", "DG1"): 1,
    # The list of a patient's allergies has one of them twice.
    ("5132975465_-_ADT-00_999999999999999_20240115103832237_-_1", "AL1"): 1,
    ("5132975465_20240110_OMP-01_000056457923158_20240110123000000_082_1", "AL1"): 1,
    ("5132975465_20240110_OMP-02_000564579231511_20240110163000000_09_1", "AL1"): 1,
}
"""Segments without a resource of their own: (file, segment): how many of them. Each is said twice in its message."""


def split(text: str) -> list[list[Segment]]:
    """The messages of a text."""
    messages: list[list[Segment]] = []
    field = component = "|"
    for line in text.lstrip("\ufeff").replace("\n", "\r").split("\r"):
        if line.startswith("MSH"):
            field, component = line[3], line[4]
            kind = line.split(field)[8].split(component)[0]
            messages.append([])
        name = line.split(field)[0]
        if messages and name in CODE:
            fields = [*line.split(field), *[""] * CODE[name]]
            messages[-1].append(Segment(name, kind, tuple(fields[CODE[name]].split(component))))
    return messages


@lru_cache(maxsize=len(SOURCES))
def convert(name: str) -> tuple[Message, ...]:
    """Each message of a corpus with the resources of its Bundle."""
    source = SOURCES[name]
    paths = sorted(path for path in corpus(source.corpus).glob(source.files) if path.is_file())
    sent = [(path.name, one) for path in paths for one in split(path.read_bytes().decode(source.charset))]
    mapping = load(ROOT / "mappings" / source.package)
    stream = io.BytesIO()
    report = run_job(mapping.plan, mapping.package.layout, paths, None, Options(shape="bundle"), stdout=stream)
    lines = stream.getvalue().splitlines()
    assert len(sent) == source.messages
    assert (report.exit_code, len(lines)) == (0, len(sent)), "no message in quarantine"
    return tuple(
        Message(file, tuple(segments), tuple(entry["resource"] for entry in json.loads(line)["entry"]))
        for (file, segments), line in zip(sent, lines, strict=True)
    )


@pytest.fixture(params=sorted(SOURCES))
def messages(request: pytest.FixtureRequest) -> tuple[Message, ...]:
    return convert(request.param)


def names(concept: Resource) -> Iterator[str]:
    for coding in concept.get("coding", ()):
        yield from (coding[member] for member in ("code", "display") if member in coding)
    if "text" in concept:
        yield concept["text"]


def called(resource: Resource) -> set[str]:
    """All names of what a resource is of."""
    concepts = [resource.get(member, {}) for member in ("code", "vaccineCode", "medicationCodeableConcept")]
    concepts += [one["code"] for one in resource.get("contained", ()) if "code" in one]
    return {name for concept in concepts for name in names(concept)}


def unanswered(segments: list[Segment], resources: list[Resource]) -> Counter[str]:
    """The keys of the segments that find no resource of their own."""
    left = [called(one) for one in resources]
    missing: Counter[str] = Counter()
    for segment in segments:
        answer = next((one for one in left if segment.key in one or not (segment.key or one)), None)
        if answer is None:
            missing[segment.key] += 1
        else:
            left.remove(answer)
    return missing


@pytest.mark.parametrize("name", sorted(CODE))
def test_every_segment_has_its_resource(messages: tuple[Message, ...], name: str) -> None:
    for message in messages:
        segments = message.sent(name)
        if name == "OBX" and segments and segments[0].message == "MDM":
            continue  # test_what_a_document_says_is_its_content
        missing = unanswered(segments, message.built(*BECOMES[name]))
        excused = EXCUSED.get((message.file, name), 0)
        assert missing.total() == excused, f"{message.file}: {name} without a resource"
        keys = Counter(one.key for one in segments)
        assert all(keys[key] > count for key, count in missing.items()), "said twice in its message"


def test_an_order_of_a_result_has_its_report(messages: tuple[Message, ...]) -> None:
    for message in messages:
        orders = [one for one in message.sent("OBR") if one.message in REPORTS]
        assert not unanswered(orders, message.built("DiagnosticReport")), message.file


def test_what_a_document_says_is_its_content() -> None:
    """An OBX of MDM is a part of the document, not a result."""
    documents = [one for one in convert("msconverter") if one.segments and one.segments[0].message == "MDM"]
    assert documents
    for message in documents:
        contents = [part for one in message.built("DocumentReference") for part in one["content"]]
        said = message.sent("OBX")
        assert len(contents) == (len(said) or 1), message.file  # without OBX one that says so: R4 requires a content


def test_what_comes_out_is_fhir(messages: tuple[Message, ...]) -> None:
    for message in messages:
        found = {str(one) for resource in message.resources for one in check_json(json.dumps(resource).encode())}
        assert not found, message.file
